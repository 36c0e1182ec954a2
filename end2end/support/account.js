// What somebody with an account does, in words. Every test has an address of its own.
import { randomUUID } from 'node:crypto';
import { expect } from '@playwright/test';

export const PASSWORD = 'a lantern on the quay';

export function newAddress() {
  return `ada-${randomUUID()}@example.com`;
}

// The field of a password, whether it shows dots or letters.
export function passwordField(page, name = 'Password') {
  return page.getByLabel(name, { exact: true });
}

function emailField(page) {
  return page.getByRole('textbox', { name: 'Email', exact: true });
}

// Asks for an account, which a link in an email ends.
export async function askForAccount(shop, email, password = PASSWORD) {
  const { page } = shop;
  await shop.open('/register');
  await page.getByRole('textbox', { name: 'Full name' }).fill('Ada Lovelace');
  await emailField(page).fill(email);
  await passwordField(page).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

// The newest link of a page that was sent to an address, without the shop's own address. Mail takes a moment.
export async function mailedLink(page, email, path) {
  const pattern = new RegExp(`${path}\\?token=[\\w%~-]+(\\.[\\w%~-]+)*`);
  let link;
  await expect.poll(async () => {
    const mails = await (await page.request.get(`/dev/mail.json?to=${encodeURIComponent(email)}`)).json();
    link = mails.map(({ text }) => text.match(pattern)?.[0]).find(Boolean);
    return Boolean(link);
  }, { message: `a mail to ${email} with a link to ${path}`, timeout: 20_000 }).toBe(true);
  return link;
}

export async function confirm(page) {
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
}

// Has an account and is signed in to it.
export async function register(shop, email, password = PASSWORD) {
  const { page } = shop;
  await askForAccount(shop, email, password);
  await expect(page.getByRole('heading', { name: 'Check your email' })).toBeVisible();
  await shop.open(await mailedLink(page, email, '/verify'));
  await confirm(page);
  await isSignedIn(shop);
}

export async function signIn(shop, email, password = PASSWORD, address = '/login') {
  const { page } = shop;
  await shop.open(address);
  await emailField(page).fill(email);
  await passwordField(page).fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function isSignedIn(shop) {
  const { page } = shop;
  await expect(page).toHaveURL(/\/account/);
  await shop.isAlive();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

export async function signOut(shop) {
  const { page } = shop;
  await shop.open('/account');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL((url) => url.pathname === '/');
  await shop.isAlive();
}
