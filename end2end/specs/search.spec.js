// Search: text, filters, sorting and paging, all of it in the address.
import { expect, test } from '../support/shop.js';

test('a category page is a search with its category set', async ({ shop }) => {
  await shop.open('/c/clothing/shirts');
  await expect(shop.page.getByRole('heading', { level: 1, name: 'Shirts' })).toBeVisible();
  await shop.countIs(/^\d+ products$/);
  expect(await shop.products().count()).toBeGreaterThan(2);
});

test('filters narrow, chips take back, and the address holds it all', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/search?q=shirt');
  const before = await shop.count().innerText();
  await shop.openFilters();
  await shop.tick('Size', 'M');
  await shop.applyFilters();
  await expect(page).toHaveURL(/size=m/i);
  await expect(page.getByRole('link', { name: 'Remove filter M' })).toBeVisible();
  const narrowed = await shop.count().innerText();
  await shop.open(page.url());
  await shop.countIs(narrowed);
  await page.getByRole('link', { name: 'Remove filter M' }).click();
  await shop.countIs(before);
});

test('prices are sorted and limited', async ({ shop }) => {
  await shop.open('/search?sort=price-asc&price=20-60');
  const texts = await shop.products().locator('.price .now').allInnerTexts();
  const prices = texts.map((text) => Number(text.replace(/.*\$/, '')));
  expect(prices.length).toBeGreaterThan(3);
  for (const price of prices) expect(price).toBeLessThanOrEqual(60);
});

test('a filter that means nothing is said to be left out', async ({ shop }) => {
  await shop.open('/search?price=abc&page=0&utm_source=x');
  await expect(shop.page.getByRole('alert')).toContainText('price');
  await shop.countIs(/products$/);
});

test('nothing found says what to do', async ({ shop }) => {
  await shop.open('/search?q=zzzzzzqqqq');
  await expect(shop.page.getByRole('heading', { name: 'Nothing on the horizon' })).toBeVisible();
  await shop.countIs('0 products');
});

test('pages follow each other', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/search');
  await expect(shop.products()).toHaveCount(24);
  const first = await shop.products().first().innerText();
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(shop.products().first()).not.toHaveText(first);
});

test('ticking a filter keeps the focus, and back takes it back @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/search?q=shirt');
  const before = await shop.count().innerText();
  await shop.openFilters();
  const box = shop.filter('Brand', 'Fairlead');
  await box.focus();
  await page.keyboard.press('Space');
  await expect(page).toHaveURL(/brand=fairlead/i);
  await expect(box).toBeChecked();
  await expect(box).toBeFocused();
  await page.goBack();
  await expect(shop.count()).toHaveText(before);
  await expect(box).not.toBeChecked();
});

test('suggestions are reached by the keyboard @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/');
  const box = page.getByRole('combobox', { name: 'Search products' });
  await box.pressSequentially('sea sh');
  await expect(page.getByRole('option').first()).toBeVisible();
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByRole('option', { name: /Sea Shirt/ })).toBeVisible();
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press('ArrowDown');
    const active = await box.getAttribute('aria-activedescendant');
    if (active && /Sea Shirt/.test(await page.locator(`[id="${active}"]`).innerText())) break;
  }
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/p\/sea-shirt/);
  await expect(page.getByRole('heading', { level: 1, name: 'Sea Shirt' })).toBeVisible();
});
