// The cart: at once, on every page, in every tab, and without JavaScript.
import { expect, test } from '../support/shop.js';

test('lines are changed and removed', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart('/p/plain-tee', 1);
  await shop.addToCart('/p/sea-shirt?sku=FL-SEA-NVY-L', 2);
  await shop.open('/cart');
  const line = shop.line('Sea Shirt, L, Navy');
  await line.getByRole('spinbutton', { name: 'Quantity' }).fill('3');
  if (shop.js) await page.keyboard.press('Tab');
  else await line.getByRole('button', { name: 'Update' }).click();
  await expect(shop.cartLink(4)).toBeVisible();
  await expect(line).toContainText('$234.00');
  await line.getByRole('button', { name: 'Remove' }).click();
  await expect(shop.cartLink(1)).toBeVisible();
  await expect(line).toBeHidden();
});

test('more than there is becomes what there is, and it says so', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart('/p/sea-shirt?sku=FL-SEA-NVY-L', 1);
  await shop.open('/cart');
  const line = shop.line('Sea Shirt, L, Navy');
  const quantity = line.getByRole('spinbutton', { name: 'Quantity' });
  await quantity.fill('999');
  if (shop.js) await page.keyboard.press('Tab');
  else await line.getByRole('button', { name: 'Update' }).click();
  await expect(quantity).not.toHaveValue('999');
  expect(Number(await quantity.inputValue())).toBeGreaterThan(1);
});

test('the number in the header does not wait for the server @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/p/sea-shirt');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route('**/_fn/cart/add', async (route) => { await held; await route.continue(); });
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(shop.cartLink(1)).toBeVisible();
  release();
  await expect(page.getByText('Added to your cart').first()).toBeAttached();
  await expect(shop.cartLink(1)).toBeVisible();
});

test('what could not be sent is sent by the next page @js', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  await shop.open('/p/sea-shirt?sku=FL-SEA-NVY-L');
  await page.route('**/_fn/cart/add', (route) => route.abort());
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.unroute('**/_fn/cart/add');
  await shop.open('/');
  await expect(shop.cartLink(1)).toBeVisible();
});

test('other tabs follow @js', async ({ shop, context }) => {
  const { page } = shop;
  await shop.open('/');
  const other = await context.newPage();
  await other.goto('/p/sea-shirt');
  await expect(other.locator('html')).toHaveAttribute('data-alive', 'true');
  await other.getByRole('button', { name: 'Add to cart' }).click();
  await expect(other.getByRole('link', { name: 'Cart, 1 item' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Cart, 1 item' })).toBeVisible();
});

test('a cart is nobody else\'s', async ({ shop, browser, baseURL }) => {
  await shop.addToCart('/p/plain-tee', 1);
  const stranger = await browser.newContext({ baseURL });
  const page = await stranger.newPage();
  await page.goto('/cart');
  await expect(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await stranger.close();
});
