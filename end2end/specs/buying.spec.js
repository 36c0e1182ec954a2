// The main job: home, search, filter, product, variant, cart, checkout, paid order, order page.
import { CARD, expect, test } from '../support/shop.js';

test('a newcomer finds, chooses and buys a shirt', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/');
  await shop.search('shirt');
  await shop.openFilters();
  await shop.tick('Brand', 'Fairlead');
  if (shop.js) await expect(page).toHaveURL(/brand=fairlead/i);
  await shop.tick('Brand', 'Stanchion');
  if (shop.js) await expect(page).toHaveURL(/stanchion/i);
  await shop.tick('Size', 'M');
  await shop.applyFilters();
  await expect(page).toHaveURL(/brand=fairlead.*size=m|size=m.*brand=fairlead/i);
  await expect(page.getByRole('link', { name: 'Remove filter Stanchion' })).toBeVisible();

  await shop.products().getByRole('link', { name: 'Sea Shirt' }).click();
  await expect(page.getByRole('heading', { name: 'Sea Shirt', level: 1 })).toBeVisible();
  await shop.isAlive();
  await page.getByRole('group', { name: /Colour/ }).getByRole('link', { name: 'Navy' }).click();
  await expect(page).toHaveURL(/sku=FL-SEA-NVY/);
  await page.getByRole('group', { name: /Size/ }).getByRole('link', { name: 'L', exact: true }).click();
  await expect(page).toHaveURL(/sku=FL-SEA-NVY-L/);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(shop.cartLink(1)).toBeVisible();

  await shop.cartLink(1).click();
  const line = shop.line('Sea Shirt, L, Navy');
  await line.getByRole('spinbutton', { name: 'Quantity' }).fill('2');
  if (shop.js) await page.keyboard.press('Tab');
  else await line.getByRole('button', { name: 'Update' }).click();
  await expect(shop.cartLink(2)).toBeVisible();
  const total = await page.locator('.grand-total dd').innerText();
  await page.getByRole('link', { name: 'Go to checkout' }).click();

  await expect(page.getByRole('heading', { name: 'Checkout', level: 1 })).toBeVisible();
  await shop.fillCheckout();
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
  await expect(page).toHaveURL(/\/orders\/[A-Z0-9]{4}-[A-Z0-9]{4}\?token=/);
  await expect(page.getByText('Paid', { exact: true })).toBeVisible();
  await expect(page.locator('.grand-total dd')).toHaveText(total);
  await expect(shop.cartLink(0)).toBeVisible();

  // The page is the customer's way back.
  await shop.open(page.url());
  await shop.isThanked();
});

test('what delivery costs is in the total, whichever way is chosen', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
  await shop.fillCheckout();
  await page.getByRole('radiogroup', { name: 'Delivery' }).getByRole('radio', { name: /Express/ }).check({ force: true });
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
  await expect(page.getByText('Delivery (Express)')).toBeVisible();
});
