// Who works here. Roles are given by the command line, on the data of the shop that is tested.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { isSignedIn, newAddress, passwordField, PASSWORD, register, signIn } from './account.js';
import { codeOf } from './codes.js';

const run = promisify(execFile);

// Whether the tests have the shop's data at hand: not when a shop that runs elsewhere is tested.
export const canHaveStaff = Boolean(process.env.SHOP_TEST_DATA);

// Somebody of that role who has signed in and set up one-time codes, and so may work.
export async function becomeStaff(shop, role) {
  const { page } = shop;
  const email = newAddress();
  await register(shop, email);
  const data = process.env.SHOP_TEST_DATA;
  await run('target/release/ironmonger', ['staff', 'add', email, '--role', role], {
    cwd: '..',
    env: { ...process.env, SHOP_DATA_DIR: data, DATABASE_URL: `sqlite:${data}/shop.db` },
  });
  await signIn(shop, email);
  await isSignedIn(shop);
  await setUpCodes(shop);
}

async function setUpCodes(shop) {
  const { page } = shop;
  await shop.open('/account/security');
  const fold = page.locator('details', { has: page.locator('summary', { hasText: 'Set up codes' }) });
  await fold.locator('summary').click();
  await passwordField(fold).fill(PASSWORD);
  await fold.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Set up one-time codes', level: 1 })).toBeVisible();
  await shop.isAlive();
  const key = await page.locator('.code-key').innerText();
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codeOf(key));
  await page.getByRole('button', { name: 'Switch on' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes', level: 1 })).toBeVisible();
}
