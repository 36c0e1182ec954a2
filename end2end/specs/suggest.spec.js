// The search box and what it suggests: by keyboard, mouse, finger and ear, and without JavaScript.
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '../support/shop.js';

const ASKED = '**/_fn/search/suggest*';

const box = (page) => page.getByRole('combobox', { name: 'Search products' });
const list = (page) => page.getByRole('listbox', { name: 'Suggestions' });
const options = (page) => list(page).getByRole('option');
const group = (page, name) => list(page).getByRole('group', { name, exact: true });
const active = async (page) => {
  const id = await box(page).getAttribute('aria-activedescendant');
  return id ? page.locator(`[id="${id}"]`) : null;
};

async function typed(shop, text) {
  await shop.open('/');
  await box(shop.page).pressSequentially(text);
  await expect(options(shop.page).last()).toHaveText(`All results for “${text.trim()}”`);
}

test('the box searches, with JavaScript and without', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/');
  await box(page).fill('sea shirt');
  await box(page).press('Enter');
  await expect(page).toHaveURL(/\/search\?q=sea(\+|%20)shirt$/);
  await expect(box(page)).toHaveValue('sea shirt');
  await shop.countIs(/^\d+ products?$/);
  await box(page).fill('boots');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page).toHaveURL(/\/search\?q=boots$/);
  await shop.isAlive();
});

test('searches, categories, brands and products come in groups with names @js', async ({ shop }) => {
  const { page } = shop;
  await typed(shop, 'sh');
  for (const name of ['Searches', 'Categories', 'Products']) {
    await expect(group(page, name).getByRole('option').first()).toBeVisible();
  }
  await expect(group(page, 'Searches').getByRole('option', { name: /^shirts?$/ })).toBeVisible();
  await expect(group(page, 'Categories').getByRole('option', { name: /^Shirts/ })).toHaveAttribute('href', '/c/clothing/shirts');
  const product = group(page, 'Products').getByRole('option').first();
  await expect(product).toHaveAttribute('href', /^\/p\//);
  await expect(product).toHaveText(/\$\d+\.\d\d/);
  const picture = product.locator('img');
  await expect.poll(() => picture.evaluate((img) => img.complete && img.naturalWidth > 0)).toBe(true);
  await box(page).fill('fair');
  await expect(group(page, 'Brands').getByRole('option', { name: 'Fairlead' })).toBeVisible();
});

test('what is completed stands out from what was typed @js', async ({ shop }) => {
  const { page } = shop;
  await typed(shop, 'blue sh');
  const first = group(page, 'Searches').getByRole('option').first();
  await expect(first).toHaveText(/^blue sh\w+$/);
  expect(await first.locator('b').allInnerTexts()).not.toContain('blue');
  expect((await first.locator('b').last().innerText()).startsWith('sh')).toBe(false);
});

test('arrows, Home and End go through the list and back to the box @js', async ({ shop }) => {
  const { page } = shop;
  await typed(shop, 'blue');
  const count = await options(page).count();
  await expect(box(page)).toHaveAttribute('aria-expanded', 'true');
  await expect(box(page)).toHaveAttribute('aria-controls', await list(page).getAttribute('id'));
  expect(await active(page)).toBeNull();
  await page.keyboard.press('ArrowDown');
  await expect(options(page).first()).toHaveAttribute('aria-selected', 'true');
  await expect(box(page)).toHaveValue(await options(page).first().innerText());
  await page.keyboard.press('End');
  await expect(options(page).nth(count - 1)).toHaveAttribute('aria-selected', 'true');
  await expect(options(page).nth(count - 1)).toBeInViewport();
  await expect(box(page)).toHaveValue('blue');
  await page.keyboard.press('ArrowDown');
  expect(await active(page)).toBeNull();
  await page.keyboard.press('ArrowUp');
  await expect(options(page).nth(count - 1)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Home');
  await expect(options(page).first()).toHaveAttribute('aria-selected', 'true');
  await expect(options(page).first()).toBeInViewport();
  await page.keyboard.press('ArrowUp');
  expect(await active(page)).toBeNull();
  await expect(box(page)).toHaveValue('blue');
  await expect(box(page)).toBeFocused();
});

test('Enter takes the picked search, and typing goes on from it @js', async ({ shop }) => {
  const { page } = shop;
  await typed(shop, 'blue sh');
  await page.keyboard.press('ArrowDown');
  const picked = await options(page).first().innerText();
  await page.keyboard.type(' s');
  await expect(box(page)).toHaveValue(`${picked} s`);
  await expect(options(page).last()).toHaveText(`All results for “${picked} s”`);
  await box(page).fill('blue sh');
  await expect(options(page).last()).toHaveText('All results for “blue sh”');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`q=${picked.replace(' ', '(\\+|%20)')}$`));
  await expect(list(page)).toBeHidden();
  await expect(box(page)).toHaveValue(picked);
});

test('Escape closes first and clears then, Down opens again, Tab goes on @js', async ({ shop }) => {
  const { page } = shop;
  await typed(shop, 'blue');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await expect(list(page)).toBeHidden();
  await expect(box(page)).toHaveAttribute('aria-expanded', 'false');
  await expect(box(page)).toHaveValue('blue');
  await page.keyboard.press('ArrowDown');
  await expect(list(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(box(page)).toHaveValue('');
  await box(page).pressSequentially('blue');
  await expect(list(page)).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(list(page)).toBeHidden();
  await expect(box(page)).not.toBeFocused();
});

test('an answer to an older text is never shown over a newer one @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/');
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route(ASKED, async (route) => {
    const isFirst = new URL(route.request().url()).searchParams.get('typed') === 'boo';
    if (isFirst) await held;
    await route.continue();
  });
  const first = page.waitForResponse((response) => response.url().includes('typed=boo'));
  await box(page).fill('boo');
  await box(page).fill('shirt');
  await expect(options(page).last()).toHaveText('All results for “shirt”');
  const shown = await list(page).innerText();
  release();
  await (await first).finished();
  await page.waitForTimeout(150);
  expect(await list(page).innerText()).toBe(shown);
  await page.unroute(ASKED);
});

test('an answer that comes after the list was closed does not open it @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/');
  await page.route(ASKED, async (route) => {
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    await route.continue();
  });
  const answered = page.waitForResponse((response) => response.url().includes('/_fn/search/suggest'));
  await box(page).fill('shirt');
  await box(page).press('Enter');
  await (await answered).finished();
  await expect(page).toHaveURL(/q=shirt/);
  await page.waitForTimeout(150);
  await expect(list(page)).toBeHidden();
});

test('typing fast asks no more than one question at a time @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/');
  let [underWay, most, asked] = [0, 0, 0];
  await page.route(ASKED, async (route) => {
    most = Math.max(most, ++underWay);
    asked += 1;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    underWay -= 1;
    await route.continue();
  });
  await box(page).pressSequentially('blue shirts', { delay: 15 });
  await expect(options(page).last()).toHaveText('All results for “blue shirts”');
  expect(most).toBe(1);
  expect(asked).toBeLessThan(8);
});

test('a click or a tap takes a suggestion, wherever the focus goes @js', async ({ shop, isMobile }) => {
  const { page } = shop;
  await typed(shop, 'sea sh');
  const product = group(page, 'Products').getByRole('option', { name: /Sea Shirt/ });
  if (isMobile) await product.tap();
  else {
    await product.hover();
    await page.mouse.down();
    await page.waitForTimeout(400);
    await expect(list(page)).toBeVisible();
    await page.mouse.up();
  }
  await expect(page).toHaveURL(/\/p\/sea-shirt/);
  await expect(list(page)).toBeHidden();
});

test('a click elsewhere closes the list @js', async ({ shop }) => {
  const { page } = shop;
  await typed(shop, 'sea');
  await page.mouse.click(5, page.viewportSize().height - 10);
  await expect(list(page)).toBeHidden();
  await expect(box(page)).toHaveValue('sea');
});

test('axe is content with the open list, and how many there are is said once typing pauses @js', async ({ shop }) => {
  const { page } = shop;
  await typed(shop, 'sh');
  await page.keyboard.press('ArrowDown');
  const { violations } = await new AxeBuilder({ page }).include('search').analyze();
  expect(violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  const count = await options(page).count();
  await expect(page.locator('search [aria-live="polite"]')).toHaveText(`${count} suggestions. Use the arrow keys.`);
});

test('a text that suggests nothing leaves the list closed @js', async ({ shop }) => {
  const { page } = shop;
  await typed(shop, 'sh');
  await box(page).fill('zzzzqqq');
  await expect(list(page)).toBeHidden();
  await expect(box(page)).toHaveAttribute('aria-expanded', 'false');
});

test('opening a product from the results tells which and where, and delays nothing @js', async ({ shop }) => {
  const { page } = shop;
  await shop.open('/search?q=shirt');
  const told = page.waitForRequest((request) => request.url().endsWith('/_fn/search/opened'));
  await shop.products().nth(2).getByRole('link').click();
  const body = new URLSearchParams((await told).postData());
  await expect(page).toHaveURL(/\/p\//);
  const handle = new URL(page.url()).pathname.replace('/p/', '');
  expect(Object.fromEntries(body)).toEqual({ text: 'shirt', handle, position: '3' });
});
