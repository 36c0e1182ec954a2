// What somebody has behind the door: addresses, security, privacy.
import AxeBuilder from '@axe-core/playwright';
import { PASSWORD, isSignedIn, mailedLink, newAddress, passwordField, register, signIn, signOut } from '../support/account.js';
import { codeOf, setUpCodes, signInWithCode, unfold } from '../support/codes.js';
import { Shop, expect, test } from '../support/shop.js';

const heading = (page, name) => page.getByRole('heading', { name, level: 1, exact: true });
const done = (page) => page.locator('#done');
const region = (page, name) => page.getByRole('region', { name, exact: true });

async function sends(shop, form, button, isDone = done(shop.page)) {
  await form.getByRole('button', { name: button, exact: true }).click();
  await expect(isDone).not.toBeEmpty();
  await shop.isAlive();
}

async function fillAddress(page, changes = {}) {
  const typed = { 'Full name': 'Ada Lovelace', Address: '1 Quay Street', City: 'Ely', Postcode: 'CB7 4AA', ...changes };
  for (const [name, value] of Object.entries(typed)) {
    await page.getByRole('textbox', { name, exact: true }).fill(value);
  }
  await page.getByRole('combobox', { name: 'Country' }).selectOption('GB');
}

// The same person in another browser.
async function inAnotherBrowser(browser, shop, baseURL, email, then) {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: shop.js });
  const other = new Shop(await context.newPage(), shop.js, shop.isPhone);
  await signIn(other, email);
  await isSignedIn(other);
  await then(other);
  await context.close();
}

test('who is not signed in is asked to, and comes back to the page they wanted', async ({ shop }) => {
  const { page } = shop;
  const email = newAddress();
  await register(shop, email);
  await signOut(shop);
  await shop.open('/account/orders?page=1');
  await expect(page).toHaveURL(/\/login\?next=%2Faccount%2Forders%3Fpage%3D1$/);
  await signIn(shop, email, PASSWORD, page.url());
  await expect(page).toHaveURL(/\/account\/orders\?page=1$/);
  await expect(heading(page, 'Your orders')).toBeVisible();
});

test('the back office is not for customers', async ({ shop }) => {
  shop.expectsErrors = true;
  await register(shop, newAddress());
  expect((await shop.open('/admin')).status()).toBe(403);
  await expect(heading(shop.page, 'This part is not open to you')).toBeVisible();
});

test('the overview greets by name, and the name can be changed', async ({ shop }) => {
  const { page } = shop;
  await register(shop, newAddress());
  await shop.open('/account');
  await expect(heading(page, 'Hello, Ada Lovelace')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No orders yet' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Your account' }).getByRole('link', { name: 'Overview' }))
    .toHaveAttribute('aria-current', 'page');
  await page.getByRole('textbox', { name: 'Full name' }).fill('Ada King');
  await sends(shop, region(page, 'Your details'), 'Save');
  await expect(heading(page, 'Hello, Ada King')).toBeVisible();
});

test('addresses are added, changed, put first and removed', async ({ shop }) => {
  const { page } = shop;
  await register(shop, newAddress());
  await shop.open('/account/addresses');
  const form = () => region(page, 'Add an address');
  await fillAddress(page);
  await sends(shop, form(), 'Save address');
  await expect(shop.line('Ada Lovelace, 1 Quay Street')).toContainText('United Kingdom');
  await fillAddress(page, { Address: '2 Mill Lane' });
  await sends(shop, form(), 'Save address');
  const second = shop.line('Ada Lovelace, 2 Mill Lane');
  await expect(second).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toHaveValue('');

  await second.getByRole('button', { name: 'Use first' }).click();
  await expect(second.getByText('Used first')).toBeVisible();
  await expect(shop.line('Ada Lovelace, 1 Quay Street').getByRole('button', { name: 'Use first' })).toBeVisible();
  await shop.isAlive();

  await second.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toHaveValue('2 Mill Lane');
  await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('GB');
  await shop.isAlive();
  await page.getByRole('textbox', { name: 'Address', exact: true }).fill('3 Mill Lane');
  await region(page, 'Edit the address').getByRole('button', { name: 'Save address' }).click();
  await expect(shop.line('Ada Lovelace, 3 Mill Lane')).toBeVisible();
  await expect(second).toHaveCount(0);
  await expect(form()).toBeVisible();
  await shop.isAlive();

  await shop.line('Ada Lovelace, 1 Quay Street').getByRole('button', { name: 'Remove' }).click();
  await expect(shop.line('Ada Lovelace, 1 Quay Street')).toHaveCount(0);
  await expect(page.getByRole('list', { name: 'Your addresses' }).getByRole('listitem')).toHaveCount(1);
});

test('a saved address takes the place of what was typed at the checkout, in all its fields', async ({ shop }) => {
  const { page } = shop;
  await register(shop, newAddress());
  await shop.open('/account/addresses');
  for (const typed of [{}, { Address: '2 Mill Lane', City: 'York' }]) {
    await fillAddress(page, typed);
    await sends(shop, region(page, 'Add an address'), 'Save address');
  }
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
  await page.getByRole('textbox', { name: 'City' }).fill('Whitby');
  await shop.fillCard('4242 4242 4242 4242');
  await page.getByRole('list', { name: 'Your addresses' }).getByRole('link', { name: /2 Mill Lane/ }).click();
  await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toHaveValue('2 Mill Lane');
  await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue('York');
  if (shop.js) await expect(page.getByRole('textbox', { name: 'Card number' })).toHaveValue('4242 4242 4242 4242');
});

test('an address that lacks something says so at its fields', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  await register(shop, newAddress());
  await shop.open('/account/addresses');
  await fillAddress(page, { City: '' });
  await page.getByRole('button', { name: 'Save address' }).click();
  const city = page.getByRole('textbox', { name: 'City' });
  await expect(city).toHaveAccessibleDescription('Enter your city.');
  await expect(page.getByRole('textbox', { name: 'Address', exact: true })).toHaveValue('1 Quay Street');
  await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('GB');
  if (shop.js) await expect(city).toBeFocused();
});

test('the password is changed, and the old one is no good any more', async ({ shop, browser, baseURL }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  const email = newAddress();
  await register(shop, email);
  await inAnotherBrowser(browser, shop, baseURL, email, async (other) => {
    await shop.open('/account/security');
    let fold = await unfold(page, 'Change password');
    await passwordField(page, 'Current password').fill('not my password');
    await passwordField(page, 'New password').fill('a new rope for the bell');
    await fold.getByRole('button', { name: 'Change password', exact: true }).click();
    await expect(passwordField(page, 'Current password')).toHaveAccessibleDescription(/This is not your password/);
    await shop.isAlive();
    await passwordField(page, 'Current password').fill(PASSWORD);
    await passwordField(page, 'New password').fill('a new rope for the bell');
    await fold.getByRole('button', { name: 'Change password', exact: true }).click();
    await expect(done(page)).toContainText('Your password is changed');
    await other.open('/account');
    await expect(other.page).toHaveURL(/\/login/);
  });
  await signOut(shop);
  await signIn(shop, email);
  await expect(page.getByRole('alert')).toContainText('do not fit together');
  await signIn(shop, email, 'a new rope for the bell');
  await isSignedIn(shop);
});

test('another email address is taken over by the link that was sent to it', async ({ shop }) => {
  const { page } = shop;
  const email = newAddress();
  await register(shop, newAddress());
  await shop.open('/account/security');
  const fold = await unfold(page, 'Change email');
  await page.getByRole('textbox', { name: 'New email' }).fill(email);
  await passwordField(fold).fill(PASSWORD);
  await fold.getByRole('button', { name: 'Send the link' }).click();
  await expect(done(page)).toContainText('We sent a link');
  await expect(region(page, 'Email')).toContainText(`${email} waits`);
  await shop.open(await mailedLink(page, email, '/confirm-email'));
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(page.getByText(/email address is (changed|in place)/)).toBeVisible();
  await signOut(shop);
  await signIn(shop, email);
  await isSignedIn(shop);
});

test('one-time codes are set up and asked for; a recovery code takes their place once', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  const email = newAddress();
  await register(shop, email);
  const { key, codes } = await setUpCodes(shop);
  expect(new Set(codes).size).toBe(10);
  await page.getByRole('link', { name: 'Done' }).click();
  await expect(region(page, 'One-time codes')).toContainText('10 recovery codes are left.');

  await signOut(shop);
  await signInWithCode(shop, email, codeOf(key));
  await isSignedIn(shop);
  await signOut(shop);
  await signInWithCode(shop, email, codes[0], true);
  await isSignedIn(shop);
  await signOut(shop);
  await signInWithCode(shop, email, codes[0], true);
  await expect(page.getByRole('alert')).toBeVisible();
  await signInWithCode(shop, email, codes[1], true);
  await isSignedIn(shop);

  await shop.open('/account/security');
  await expect(region(page, 'One-time codes')).toContainText('8 recovery codes are left.');
  const fold = await unfold(page, 'Switch codes off');
  await passwordField(fold).fill(PASSWORD);
  await fold.getByRole('button', { name: 'Switch codes off' }).click();
  await expect(done(page)).toContainText('One-time codes are off.');
  await signOut(shop);
  await signIn(shop, email);
  await isSignedIn(shop);
});

test('what is being set up can be left, and has no page once it is done', async ({ shop }) => {
  const { page } = shop;
  await register(shop, newAddress());
  await shop.open('/account/security/codes');
  await expect(heading(page, 'Security')).toBeVisible();
  await setUpCodes(shop);
  await shop.open('/account/security/codes');
  await expect(heading(page, 'Security')).toBeVisible();
  await shop.open('/account/security/recovery');
  await expect(heading(page, 'Your recovery codes')).toBeVisible();
});

test('another browser is listed, and signed out from here', async ({ shop, browser, baseURL }) => {
  const { page } = shop;
  const email = newAddress();
  await register(shop, email);
  const rows = region(page, 'Where you are signed in').getByRole('listitem');
  await inAnotherBrowser(browser, shop, baseURL, email, async (other) => {
    await shop.open('/account/security');
    await expect(rows).toHaveCount(2);
    await expect(rows.filter({ hasText: 'This browser' })).toHaveCount(1);
    await rows.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(done(page)).toContainText('Signed out there.');
    await expect(rows).toHaveCount(1);
    await other.open('/account');
    await expect(other.page).toHaveURL(/\/login/);
  });
  await shop.isAlive();
  await inAnotherBrowser(browser, shop, baseURL, email, async (other) => {
    await shop.open('/account/security');
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await expect(rows).toHaveCount(1);
    await other.open('/account');
    await expect(other.page).toHaveURL(/\/login/);
  });
});

test('a passkey is added, signs in, and is removed @js', async ({ shop }) => {
  const { page } = shop;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await register(shop, newAddress());
  await shop.open('/account/security');
  const fold = await unfold(page, 'Add a passkey');
  await fold.getByRole('textbox', { name: 'Name' }).fill('Laptop');
  await passwordField(fold).fill(PASSWORD);
  await fold.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(done(page)).toContainText('The passkey is added.');
  await expect(shop.line('Laptop')).toContainText('not used yet');
  await signOut(shop);
  await shop.open('/login');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await isSignedIn(shop);
  await shop.open('/account/security');
  await expect(shop.line('Laptop')).toContainText('last used');
  await shop.line('Laptop').getByRole('button', { name: 'Remove' }).click();
  await expect(done(page)).toContainText('The passkey is removed.');
  await expect(shop.line('Laptop')).toHaveCount(0);
});

test('a copy of what is known is prepared and fetched', async ({ shop }) => {
  const { page } = shop;
  const email = newAddress();
  await register(shop, email);
  await shop.open('/account/privacy');
  await page.getByRole('button', { name: 'Prepare a copy' }).click();
  await expect(done(page)).toContainText('Your copy is being prepared.');
  const link = page.getByRole('link', { name: 'Download' });
  await expect.poll(async () => {
    await shop.open('/account/privacy');
    return link.count();
  }, { timeout: 20_000 }).toBe(1);
  const answer = await page.request.get(await link.getAttribute('href'));
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-disposition']).toMatch(/attachment/);
  expect(await answer.text()).toContain(email);
});

test('an account is erased, and nobody signs in to it any more', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  const email = newAddress();
  await register(shop, email);
  await shop.open('/account/privacy');
  const erase = region(page, 'Erase your account');
  await passwordField(erase).fill(PASSWORD);
  await erase.getByRole('button', { name: 'Erase my account' }).click();
  // Not before the box is ticked.
  await expect(heading(page, 'Privacy')).toBeVisible();
  await erase.getByRole('checkbox').check();
  await erase.getByRole('button', { name: 'Erase my account' }).click();
  await expect(page).toHaveURL(/\/\?erased=1$/);
  await expect(page.getByRole('status').filter({ hasText: 'Your account is erased' })).toBeVisible();
  await signIn(shop, email);
  await expect(page.getByRole('alert')).toContainText('do not fit together');
});

const PAGES = ['/account', '/account/orders', '/account/addresses', '/account/security', '/account/privacy'];

async function isWhole(shop) {
  const { page } = shop;
  await expect(page.locator('h1')).toHaveCount(1);
  await expect(page.locator('main > .page')).toHaveCount(1);
  const size = page.viewportSize();
  for (const width of shop.isPhone ? [390, 360, 320] : [1440, 1024]) {
    await page.setViewportSize({ ...size, width });
    const wide = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
    expect(wide, `width to scroll at ${width} on ${page.url()}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(size);
}

async function axeIsContent(shop) {
  const { violations } = await new AxeBuilder({ page: shop.page }).analyze();
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
}

test('the pages of the account are whole and accessible @js', async ({ shop }) => {
  const { page } = shop;
  test.slow();
  await register(shop, newAddress());
  await shop.open('/account/addresses');
  await fillAddress(page);
  await sends(shop, region(page, 'Add an address'), 'Save address');
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const path of PAGES) {
      await shop.open(path);
      for (const fold of await page.locator('main summary').all()) {
        if (await fold.isVisible() && path === '/account/security') await fold.click();
      }
      await isWhole(shop);
      await axeIsContent(shop);
    }
  }
});

test('setting up codes is whole and accessible @js', async ({ shop }) => {
  const { page } = shop;
  test.slow();
  await register(shop, newAddress());
  await shop.open('/account/security');
  const fold = await unfold(page, 'Set up codes');
  await passwordField(fold).fill(PASSWORD);
  await fold.getByRole('button', { name: 'Continue' }).click();
  await expect(heading(page, 'Set up one-time codes')).toBeVisible();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await isWhole(shop);
    await axeIsContent(shop);
  }
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codeOf(await page.locator('.code-key').innerText()));
  await page.getByRole('button', { name: 'Switch on' }).click();
  await expect(heading(page, 'Your recovery codes')).toBeVisible();
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await isWhole(shop);
    await axeIsContent(shop);
  }
});
