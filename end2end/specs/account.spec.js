// Getting an account, getting in and getting back in.
import { PASSWORD, askForAccount, confirm, isSignedIn, mailedLink, newAddress, passwordField, register, signIn, signOut } from '../support/account.js';
import { Shop, expect, test } from '../support/shop.js';

const heading = (page, name) => page.getByRole('heading', { name, level: 1, exact: true });
const email = (page) => page.getByRole('textbox', { name: 'Email', exact: true });

// Another browser, with nothing of the first one's.
async function elsewhere(browser, shop, baseURL, then) {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: shop.js });
  const other = new Shop(await context.newPage(), shop.js, shop.isPhone);
  await then(other);
  await context.close();
}

test('somebody registers, confirms the address, goes and comes back', async ({ shop }) => {
  const { page } = shop;
  const address = newAddress();
  await register(shop, address);
  await signOut(shop);
  await signIn(shop, address);
  await isSignedIn(shop);
  // The header's link leads there too, from any page.
  await shop.open('/');
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await isSignedIn(shop);
});

test('a link is followed by hand, used once, and shows the address first', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  const address = newAddress();
  await askForAccount(shop, address);
  await expect(heading(page, 'Check your email')).toBeVisible();
  if (shop.js) await expect(heading(page, 'Check your email')).toBeFocused();
  const link = await mailedLink(page, address, '/verify');
  await shop.open(link);
  await expect(heading(page, 'Confirm your email address')).toBeVisible();
  await expect(page.getByText(address)).toBeVisible();
  await expect(passwordField(page)).toHaveCount(0);
  await confirm(page);
  await isSignedIn(shop);
  expect((await shop.open(link)).status()).toBe(410);
  await expect(heading(page, 'This link does not work any more')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Register again' })).toBeVisible();
});

test('in another browser the link wants the password', async ({ shop, browser, baseURL }) => {
  const address = newAddress();
  await askForAccount(shop, address);
  await expect(heading(shop.page, 'Check your email')).toBeVisible();
  const link = await mailedLink(shop.page, address, '/verify');
  await elsewhere(browser, shop, baseURL, async (other) => {
    await other.open(link);
    await passwordField(other.page).fill('not the one I chose');
    await confirm(other.page);
    await expect(other.page.getByRole('alert')).toBeVisible();
    await other.isAlive();
    await passwordField(other.page).fill(PASSWORD);
    await confirm(other.page);
    await isSignedIn(other);
  });
});

test('whether an address has an account is not told', async ({ shop }) => {
  const { page } = shop;
  const address = newAddress();
  await register(shop, address);
  await signOut(shop);
  await askForAccount(shop, address, 'quite another password');
  await expect(heading(page, 'Check your email')).toBeVisible();
  const known = await page.getByRole('main').innerText();
  await askForAccount(shop, newAddress());
  await expect(heading(page, 'Check your email')).toBeVisible();
  expect(await page.getByRole('main').innerText()).toBe(known);
});

test('what is wrong with a registration stands at its fields', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  await shop.open('/register');
  await page.getByRole('textbox', { name: 'Full name' }).fill('Ada Lovelace');
  await email(page).fill('not-an-address');
  await passwordField(page).fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(email(page)).toHaveAttribute('aria-invalid', 'true');
  await expect(email(page)).toHaveAccessibleDescription(/name@example.com/);
  await expect(email(page)).toHaveValue('not-an-address');
  await expect(page.getByRole('textbox', { name: 'Full name' })).toHaveValue('Ada Lovelace');
  await expect(passwordField(page)).toHaveAccessibleDescription(/Use at least 8 characters/);
  if (shop.js) await expect(email(page)).toBeFocused();
  else await expect(passwordField(page)).toHaveValue('');
});

test('a wrong password is refused, the same way as an unknown address', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  const address = newAddress();
  await register(shop, address);
  await signOut(shop);
  await signIn(shop, address, 'not my password');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('do not fit together');
  if (shop.js) await expect(alert).toBeFocused();
  await expect(email(page)).toHaveValue(address);
  const told = await alert.innerText();
  await signIn(shop, newAddress(), 'not my password');
  await expect(alert).toHaveText(told);
  await signIn(shop, address);
  await isSignedIn(shop);
});

test('a forgotten password is replaced by a link that works once', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  const address = newAddress();
  await register(shop, address);
  await signOut(shop);
  await shop.open('/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await expect(heading(page, 'Forgot your password?')).toBeVisible();
  await shop.isAlive();
  await email(page).fill(address);
  await page.getByRole('button', { name: 'Send a link' }).click();
  await expect(heading(page, 'Check your email')).toBeVisible();

  const link = await mailedLink(page, address, '/reset');
  await shop.open(link);
  await passwordField(page, 'New password').fill('short');
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(passwordField(page, 'New password')).toHaveAccessibleDescription(/Use at least 8 characters/);
  await shop.isAlive();
  await passwordField(page, 'New password').fill('a new rope for the bell');
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your password is changed' })).toBeVisible();

  await signIn(shop, address);
  await expect(page.getByRole('alert')).toContainText('do not fit together');
  await signIn(shop, address, 'a new rope for the bell');
  await isSignedIn(shop);
  expect((await shop.open(link)).status()).toBe(410);
  await expect(page.getByRole('link', { name: 'Ask for a new link' })).toBeVisible();
});

test('an address nobody has gets the same answer and no link', async ({ shop }) => {
  const { page } = shop;
  const [address, known] = [newAddress(), newAddress()];
  await register(shop, known);
  await signOut(shop);
  for (const asked of [address, known]) {
    await shop.open('/forgot');
    await email(page).fill(asked);
    await page.getByRole('button', { name: 'Send a link' }).click();
    await expect(heading(page, 'Check your email')).toBeVisible();
  }
  // Asked for later: once it is there, one to the other address would be too.
  await mailedLink(page, known, '/reset');
  const mails = await (await page.request.get(`/dev/mail.json?to=${encodeURIComponent(address)}`)).json();
  expect(mails.filter(({ text }) => text.includes('/reset?token='))).toEqual([]);
});

test('after signing in one is where one wanted to be', async ({ shop }) => {
  const { page } = shop;
  const address = newAddress();
  await register(shop, address);
  await signOut(shop);
  await signIn(shop, address, PASSWORD, `/login?next=${encodeURIComponent('/search?q=shirt&sort=newest')}`);
  await expect(page).toHaveURL(/\/search\?q=shirt&sort=newest$/);
});

test('a foreign page is nowhere to go after signing in', async ({ shop, baseURL }) => {
  const { page } = shop;
  const address = newAddress();
  await register(shop, address);
  for (const next of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
    await signOut(shop);
    await signIn(shop, address, PASSWORD, `/login?next=${encodeURIComponent(next)}`);
    await expect(page).not.toHaveURL(/\/login/);
    expect(new URL(page.url()).origin).toBe(new URL(baseURL).origin);
  }
});

test('the page that asks for a password keeps where to go next', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/login?next=%2Fcheckout');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await expect(heading(page, 'Create an account')).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.locator('input[name=next]')).toHaveValue('/checkout');
});

test('the step for the code takes a recovery code as well', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  await shop.open('/login?ticket=nonsense&next=%2Fcart');
  await expect(heading(page, 'Enter your code')).toBeVisible();
  const code = page.getByRole('textbox', { name: 'Code', exact: true });
  await expect(code).toHaveAttribute('autocomplete', 'one-time-code');
  if (shop.js) await expect(code).toBeFocused();
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await expect(page.getByRole('textbox', { name: 'Recovery code' })).toHaveAttribute('inputmode', 'text');
  await shop.isAlive();
  await page.getByRole('textbox', { name: 'Recovery code' }).fill('abcd-efgh');
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await shop.isAlive();
  await page.getByRole('link', { name: 'Start again' }).click();
  await expect(heading(page, 'Sign in')).toBeVisible();
  await expect(page.locator('input[name=next]')).toHaveValue('/cart');
});

test('a password can be looked at @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/login');
  const show = page.getByRole('button', { name: 'Show password' });
  await passwordField(page).fill(PASSWORD);
  await expect(passwordField(page)).toHaveAttribute('type', 'password');
  await expect(show).toHaveAttribute('aria-pressed', 'false');
  await show.click();
  await expect(passwordField(page)).toHaveAttribute('type', 'text');
  await expect(passwordField(page)).toHaveValue(PASSWORD);
  await expect(show).toHaveAttribute('aria-pressed', 'true');
});

test('passkeys are offered where there are any, and can be declined @js', async ({ shop }) => {
  const { page } = shop;
  await page.addInitScript(() => {
    navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await shop.open('/login');
  const button = page.getByRole('button', { name: 'Sign in with a passkey' });
  await button.click();
  await expect(page.getByRole('alert')).toHaveText('No passkey was used.');
  await expect(button).toBeEnabled();
});

test('browsers without passkeys are not offered any @js', async ({ shop }) => {
  await shop.page.addInitScript(() => { delete window.PublicKeyCredential; });
  await shop.open('/login');
  await expect(shop.page.getByRole('button', { name: 'Show password' })).toBeVisible();
  await expect(shop.page.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0);
});
