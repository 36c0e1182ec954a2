// The wishlist: kept, shared, and moved to the cart.
import { expect, test } from '../support/shop.js';

const heart = (page) => page.locator('.buy').getByRole('button', { name: 'Save to wishlist' });

// Saves what the page shows. A page loaded next asks the server, which has to know by then.
async function save(shop, expected) {
  const { page } = shop;
  const known = shop.js && page.waitForResponse((response) => response.url().includes('/_fn/wishlist/save'));
  await heart(page).click();
  await known;
  await expect(shop.wishlistLink(expected)).toBeVisible();
}

test('a product is saved and unsaved', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/p/sea-shirt');
  await expect(heart(page)).toHaveAttribute('aria-pressed', 'false');
  await heart(page).click();
  await expect(shop.wishlistLink(1)).toBeVisible();
  await expect(heart(page)).toHaveAttribute('aria-pressed', 'true');
  await heart(page).click();
  await expect(shop.wishlistLink(0)).toBeVisible();
});

test('the list is shared by a link that can be taken back', async ({ shop, browser, baseURL }) => {
  const { page } = shop;
  await shop.open('/p/sea-shirt');
  await save(shop, 1);
  await shop.open('/wishlist');
  await page.getByRole('button', { name: 'Make a link to share' }).click();
  const link = page.locator('a[href*="/wishlist/shared/"]');
  await expect(link).toBeVisible();
  const address = new URL(await link.getAttribute('href'), baseURL).pathname;

  const friend = await browser.newContext({ baseURL });
  const theirs = await friend.newPage();
  await theirs.goto(address);
  await expect(theirs.getByRole('heading', { name: 'A shared wishlist' })).toBeVisible();
  await expect(theirs.getByText('Sea Shirt').first()).toBeVisible();

  await page.getByRole('button', { name: 'Stop sharing' }).click();
  await expect(page.getByRole('button', { name: 'Make a link to share' })).toBeVisible();
  expect((await theirs.goto(address)).status()).toBe(404);
  await friend.close();
});

test('everything moves to the cart at once', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/p/sea-shirt');
  await save(shop, 1);
  await shop.open('/p/plain-tee');
  await save(shop, 2);
  await shop.open('/wishlist');
  await page.getByRole('button', { name: 'Move all to cart' }).click();
  await expect(shop.cartLink(2)).toBeVisible();
  await expect(shop.wishlistLink(0)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Nothing pegged out yet' })).toBeVisible();
});
