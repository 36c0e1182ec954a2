// Who works in the shop: coming in, giving roles, what is written down of it; and the question they can have asked.
import { newAddress, passwordField, signIn } from '../support/account.js';
import { isContent } from '../support/content.js';
import { Shop } from '../support/shop.js';
import { STAFF_PASSWORD, becomeStaff, expect, test } from '../support/staff.js';

const heading = (page, name) => page.getByRole('heading', { name, level: 1, exact: true });

test('who has no codes yet is led to setting them up, and works after that', async ({ shop, ownShop }) => {
  const { page } = shop;
  const email = newAddress();
  const link = new URL(ownShop.run('staff', 'add', email, '--role', 'viewer').match(/http\S+/)[0]);
  await shop.open(link.pathname + link.search);
  await passwordField(page, 'New password').fill(STAFF_PASSWORD);
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your password is changed' })).toBeVisible();
  await signIn(shop, email, STAFF_PASSWORD, '/login?next=%2Fadmin');
  await expect(page).toHaveURL(/\/account\/security\?needs=codes$/);
});

test('an owner gives a role and takes it away, and both are written down', async ({ shop, ownShop }) => {
  const { page } = shop;
  await becomeStaff(shop, ownShop);
  await shop.open('/admin');
  await expect(page.getByRole('table', { name: 'What your role may do' })).toBeVisible();
  await isContent(shop);

  const colleague = newAddress();
  await shop.open('/admin/staff');
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(colleague);
  await page.getByRole('combobox', { name: 'Role', exact: true }).selectOption('support');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The role is given.' })).toBeVisible();
  await shop.isAlive();
  const row = page.getByRole('row').filter({ hasText: colleague });
  await expect(row.getByRole('combobox')).toHaveValue('support');
  await isContent(shop);

  await row.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The role is taken away' })).toBeVisible();
  await expect(row).toHaveCount(0);

  await shop.open('/admin/audit');
  await expect(heading(page, 'What staff did')).toBeVisible();
  for (const action of ['gave a role', 'took a role away']) {
    await expect(page.getByRole('row').filter({ hasText: colleague }).filter({ hasText: action })).toBeVisible();
  }
  await isContent(shop);
});

test('visitors are asked for their consent while the shop asks, and their answer stays', async ({ shop, ownShop, browser, baseURL }) => {
  const { page } = shop;
  const banner = (of) => of.getByRole('region', { name: 'Your consent' });
  const asks = page.getByRole('switch', { name: /^Ask customers/ });
  await shop.open('/');
  await expect(banner(page)).toHaveCount(0);
  await becomeStaff(shop, ownShop);
  await shop.open('/admin');
  await asks.click();
  await expect(page.getByRole('status').filter({ hasText: 'The settings are saved.' })).toBeVisible();
  await expect(asks).toHaveAttribute('aria-checked', 'true');
  await shop.isAlive();

  const context = await browser.newContext({ baseURL, javaScriptEnabled: shop.js });
  const visitor = new Shop(await context.newPage(), shop.js, shop.isPhone);
  await visitor.open('/search?q=shirt');
  await expect(banner(visitor.page)).toBeVisible();
  await isContent(visitor);
  await banner(visitor.page).getByRole('button', { name: 'Don\'t allow' }).click();
  await expect(banner(visitor.page)).toHaveCount(0);
  await expect(visitor.page).toHaveURL(/\/search\?q=shirt/);
  await visitor.open('/');
  await expect(banner(visitor.page)).toHaveCount(0);
  await context.close();

  await asks.click();
  await expect(asks).toHaveAttribute('aria-checked', 'false');
});
