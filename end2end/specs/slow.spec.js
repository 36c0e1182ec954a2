// A page whose WebAssembly is slow to come: it works from the first moment, and nothing done is undone.
import { expect, test } from '../support/shop.js';

async function withSlowWasm({ page }, path) {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route('**/*.wasm', async (route) => { await held; await route.continue(); });
  await page.goto(path, { waitUntil: 'domcontentloaded' });
  return release;
}

test('filters ticked before the page is alive are applied @js', async ({ shop }) => {
  const { page } = shop;
  const release = await withSlowWasm(shop, '/search?q=shirt');
  await shop.openFilters();
  await shop.tick('Brand', 'Fairlead');
  await shop.tick('Size', 'M');
  release();
  await shop.isAlive();
  await expect(page).toHaveURL(/brand=fairlead/i);
  await expect(page).toHaveURL(/size=m/i);
  await expect(page.getByRole('link', { name: 'Remove filter Fairlead' })).toBeVisible();
});

test('what is typed into the search box before the page is alive stays @js', async ({ shop }) => {
  const { page } = shop;
  const release = await withSlowWasm(shop, '/');
  const box = page.getByRole('combobox', { name: 'Search products' });
  await box.fill('boot');
  release();
  await shop.isAlive();
  await expect(box).toHaveValue('boot');
});

test('the way of delivery chosen before the page is alive is in the total @js', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  const release = await withSlowWasm(shop, '/checkout');
  await page.getByRole('radiogroup', { name: 'Delivery' }).getByRole('radio', { name: /Express/ }).check({ force: true });
  release();
  await shop.isAlive();
  await expect(page.locator('.cart-summary')).toContainText('Delivery (Express)');
});

test('adding to the cart does not wait for the page to be alive @js', async ({ shop }) => {
  const { page } = shop;
  await withSlowWasm(shop, '/p/sea-shirt');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(shop.cartLink(1)).toBeVisible();
});

test('the page stays until the next one is there @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route('**/_fn/**', async (route) => { await held; await route.continue(); });
  await page.getByRole('link', { name: 'See the knitwear' }).click();
  await expect(page.locator('.routing')).toHaveClass(/is-on/);
  await expect(page.getByRole('link', { name: 'See the knitwear' })).toBeVisible();
  release();
  await expect(page.getByRole('heading', { level: 1, name: 'Knitwear' })).toBeVisible();
  await expect(page).toHaveURL(/knitwear/);
});
