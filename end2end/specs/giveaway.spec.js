// A giveaway: entering by a link, and the page that shows how it is drawn.
import { mailedLink, newAddress } from '../support/account.js';
import { isContent } from '../support/content.js';
import { expect, test } from '../support/staff.js';

// Made once for each test: a giveaway of its own, by the command line.
function newGiveaway(ownShop, title) {
  const made = ownShop.run('giveaway', 'create', title, '--terms', 'A jumper.\nOpen to everybody.', '--until', '2099-12-31');
  return new URL(made.trim()).pathname;
}

test('who enters follows a link and gets a ticket', async ({ shop, ownShop }) => {
  const { page } = shop;
  const email = newAddress();
  const path = newGiveaway(ownShop, `Winter ${email}`);
  await shop.open(path);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Winter');
  await expect(page.getByText('Hash of the seed')).toBeVisible();
  await isContent(shop);
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByRole('checkbox', { name: /I have read the terms/ }).check();
  await page.getByRole('button', { name: 'Enter', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'We have sent a link' })).toBeVisible();
  await shop.open(await mailedLink(page, email, path));
  await page.getByRole('button', { name: 'Take part' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Your ticket is' })).toBeVisible();
});

test('who does not agree is told at the box', async ({ shop, ownShop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  const email = newAddress();
  await shop.open(newGiveaway(ownShop, `Summer ${email}`));
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email);
  await page.getByRole('button', { name: 'Enter', exact: true }).click();
  await expect(page.getByText('Tick this box to take part.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Email', exact: true })).toHaveValue(email);
});
