// Who works in a shop: a shop of the spec's own, because its settings and its staff are everybody's.
import { newAddress, passwordField, signIn } from './account.js';
import { setUpCodes } from './codes.js';
import { startShop } from './own_shop.js';
import { test as base, expect } from './shop.js';

export { expect };

export const STAFF_PASSWORD = 'eleven bells before noon';

export const test = base.extend({
  ownShop: [async ({}, use) => {
    const shop = await startShop();
    await use(shop);
    await shop.stop();
  }, { scope: 'worker' }],
  baseURL: async ({ ownShop }, use) => use(ownShop.url),
});

// Has the command line give a role, follows the link it prints, and sets codes up: may work then.
export async function becomeStaff(shop, ownShop, role = 'owner') {
  const { page } = shop;
  const email = newAddress();
  const printed = ownShop.run('staff', 'add', email, '--role', role);
  const link = new URL(printed.match(/http\S+/)[0]);
  await shop.open(link.pathname + link.search);
  await passwordField(page, 'New password').fill(STAFF_PASSWORD);
  await page.getByRole('button', { name: 'Save password' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your password is changed' })).toBeVisible();
  await signIn(shop, email, STAFF_PASSWORD);
  await expect(page).toHaveURL(/\/account/);
  await shop.isAlive();
  const { key } = await setUpCodes(shop, STAFF_PASSWORD);
  return { email, key };
}
