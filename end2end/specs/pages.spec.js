// What holds for every page: one heading, a name, no width to scroll, no broken picture, nothing axe calls serious.
import AxeBuilder from '@axe-core/playwright';
import { CARD, expect, test } from '../support/shop.js';

const PAGES = ['/', '/search?q=shirt&brand=fairlead', '/search?q=zzzzqq', '/c/clothing', '/p/sea-shirt', '/cart', '/wishlist', '/checkout', '/login', '/login?ticket=x', '/register', '/register?sent=1', '/forgot', '/nowhere'];

async function holds(shop) {
  const { page } = shop;
  await expect(page.getByRole('main')).toHaveCount(1);
  await expect(page.locator('h1')).toHaveCount(1);
  await expect(page.locator('main > .page')).toHaveCount(1);
  await expect(page).toHaveTitle(/Fairlead/);
  for (const width of shop.isPhone ? [390, 360, 320] : [1440, 1024]) {
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
    expect(wide, `width to scroll at ${width}`).toBeLessThanOrEqual(0);
  }
}

async function axeIsContent(shop) {
  const { violations } = await new AxeBuilder({ page: shop.page }).analyze();
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
}

for (const path of PAGES) {
  test(`${path} is whole`, async ({ shop }) => {
    shop.expectsErrors = path === '/nowhere';
    const response = await shop.open(path);
    expect(response.status()).toBe(path === '/nowhere' ? 404 : 200);
    await holds(shop);
    const broken = await shop.page.locator('img').evaluateAll((all) => all
      .filter((img) => img.complete && !img.naturalWidth).map((img) => img.src));
    expect(broken).toEqual([]);
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`${path} is accessible in ${colorScheme} @js`, async ({ shop }) => {
      shop.expectsErrors = path === '/nowhere';
      await shop.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await shop.open(path);
      await axeIsContent(shop);
    });
  }
}

test('cart, wishlist, checkout and order with something in them are whole and accessible @js', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart('/p/sea-shirt', 1);
  await page.locator('.buy').getByRole('button', { name: 'Save to wishlist' }).click();
  await expect(shop.wishlistLink(1)).toBeVisible();
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const path of ['/cart', '/wishlist', '/checkout']) {
      await shop.open(path);
      await holds(shop);
      await axeIsContent(shop);
    }
  }
  await shop.fillCard('1234');
  await shop.placeOrder();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await axeIsContent(shop);
  await shop.fillCheckout();
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
  await holds(shop);
  await axeIsContent(shop);
});

test('open suggestions and the open menu are accessible @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/');
  await page.getByRole('combobox', { name: 'Search products' }).pressSequentially('shirt');
  await expect(page.getByRole('option').first()).toBeVisible();
  await axeIsContent(shop);
  if (!shop.isPhone) return;
  await page.keyboard.press('Escape');
  await page.locator('details.menu summary').click();
  await axeIsContent(shop);
  await page.locator('details.menu').getByRole('link', { name: 'Footwear' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Footwear' })).toBeVisible();
  await expect(page.locator('details.menu')).not.toHaveAttribute('open', '');
});

test('a page many times is the same page @js', async ({ shop }) => {
  for (let i = 0; i < 6; i++) {
    await shop.open(`/p/sea-shirt?again=${i}`);
    await holds(shop);
  }
});

test('an order is not shown for a wrong token', async ({ shop }) => {
  shop.expectsErrors = true;
  const response = await shop.open('/orders/AAAA-AAAA?token=wrong');
  expect(response.status()).toBe(404);
});
