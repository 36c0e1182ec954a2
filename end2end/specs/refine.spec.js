// Refinement in the browser: with a slice of the products at hand, filters, order and pages need no network, and show
// what the server would.
import { expect, test } from '../support/shop.js';

const SLICE = '**/_fn/search/slice?*';
const isCall = (url, name) => new URL(url).pathname === `/_fn/search/${name}`;

// Opens a page of results, waits for its slice, and notes what is asked of the server from then on.
async function openWithSlice(shop, path) {
  const { page } = shop;
  await shop.open(path);
  await page.waitForFunction(() => performance.getEntriesByName('slice', 'measure').length > 0);
  const asked = [];
  page.on('request', (request) => { if (isCall(request.url(), 'run')) asked.push(request.url()); });
  return asked;
}

// Everything on the page that depends on the search: as it stands, and as a fresh load of its address brings it.
function shownAndLoaded(page) {
  return page.evaluate(async () => {
    const shownIn = (doc) => {
      const all = (selector, from = doc) => [...from.querySelectorAll(selector)];
      const texts = (selector, from) => all(selector, from).map((found) => found.textContent);
      const links = (selector) => all(selector).map((link) => [link.textContent, decodeURIComponent(link.getAttribute('href'))]);
      return {
        title: doc.title,
        heading: texts('h1'),
        status: texts('.count'),
        cards: all('.products > li').map((card) => [card.querySelector('img')?.getAttribute('src'), card.textContent]),
        products: links('.card-title a'),
        groups: all('#filters fieldset').map((group) => texts('legend, label.check, .more-link', group)),
        ticked: all('#filters input:checked').map((box) => box.id),
        prices: all('#filters input[name^=price]').map((field) => [field.placeholder, field.value]),
        sort: doc.querySelector('#sort').value,
        chips: links('.chips a'),
        pager: links('.pager a'),
      };
    };
    const html = await (await fetch(location.href)).text();
    return { shown: shownIn(document), loaded: shownIn(new DOMParser().parseFromString(html, 'text/html')) };
  });
}

async function isAsIfLoaded(shop) {
  await expect(async () => {
    const { shown, loaded } = await shownAndLoaded(shop.page);
    expect(shown).toEqual(loaded);
  }).toPass({ timeout: 5_000 });
}

async function sortBy(shop, label) {
  await shop.page.getByRole('combobox', { name: 'Sort by' }).selectOption(label);
}

test('filters, order, pages and going back need no server, and show what it would @js', async ({ shop }) => {
  const { page } = shop;
  const asked = await openWithSlice(shop, '/search');
  await shop.openFilters();
  const steps = [
    ['/search?size=m&sort=popular', () => shop.tick('Size', 'M')],
    ['/search?size=m&in_stock=1&sort=popular', () => shop.tick('Availability', 'In stock')],
    ['/search?size=m&in_stock=1&sort=price-asc', () => sortBy(shop, 'price-asc')],
    ['/search?in_stock=1&sort=price-asc', () => shop.filter('Size', 'M').uncheck({ force: true })],
  ];
  for (const [address, step] of steps) {
    await step();
    await expect(page).toHaveURL(address);
    await isAsIfLoaded(shop);
  }
  await shop.applyFilters();
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(page).toHaveURL('/search?in_stock=1&sort=price-asc&page=2');
  await isAsIfLoaded(shop);
  for (let back = 0; back < 3; back++) await page.goBack();
  await expect(page).toHaveURL('/search?size=m&in_stock=1&sort=popular');
  await isAsIfLoaded(shop);
  await page.goForward();
  await expect(page).toHaveURL('/search?size=m&in_stock=1&sort=price-asc');
  await isAsIfLoaded(shop);
  await page.getByRole('link', { name: 'Remove filter M' }).click();
  await expect(page).toHaveURL('/search?in_stock=1&sort=price-asc');
  await isAsIfLoaded(shop);
  expect(asked).toEqual([]);
});

test('a text is refined by relevance too, and coming back to it needs no server @js', async ({ shop }) => {
  const { page } = shop;
  const asked = await openWithSlice(shop, '/search?q=collar');
  await shop.openFilters();
  await shop.tick('Brand', 'Fairlead');
  await shop.applyFilters();
  await expect(page).toHaveURL('/search?q=collar&brand=fairlead&sort=relevance');
  await isAsIfLoaded(shop);
  await shop.products().first().getByRole('link').click();
  await expect(page).toHaveURL(/\/p\//);
  await page.goBack();
  await expect(page).toHaveURL('/search?q=collar&brand=fairlead&sort=relevance');
  await isAsIfLoaded(shop);
  expect(asked).toEqual([]);
});

test('the focus stays on the filter, and the filter where it was @js', async ({ shop }) => {
  const { page } = shop;
  await openWithSlice(shop, '/search');
  await shop.openFilters();
  const box = shop.filter('Brand', 'Fairlead');
  await box.scrollIntoViewIfNeeded();
  await box.focus();
  const before = await box.boundingBox();
  const status = await shop.count().innerText();
  await page.keyboard.press('Space');
  await expect(shop.count()).not.toHaveText(status);
  await expect(box).toBeChecked();
  await expect(box).toBeFocused();
  // What lies above may be shorter now; the filter stays where the eye is.
  expect(Math.abs((await box.boundingBox()).y - before.y)).toBeLessThan(2);
  await page.keyboard.press('Space');
  await shop.countIs(status);
  await expect(box).not.toBeChecked();
  await expect(box).toBeFocused();
});

test('another text and another category are the server\'s @js', async ({ shop }) => {
  const { page } = shop;
  const asked = await openWithSlice(shop, '/search');
  await shop.openFilters();
  await shop.filter('Category', 'Clothing').click();
  await shop.applyFilters();
  await expect(page).toHaveURL('/c/clothing?sort=popular');
  await expect(page.getByRole('heading', { level: 1, name: 'Clothing' })).toBeVisible();
  await isAsIfLoaded(shop);
  expect(asked.length).toBe(1);
  await page.goBack();
  await shop.countIs(/products$/);
  await page.goForward();
  await isAsIfLoaded(shop);
  expect(asked.length).toBe(1);
  await shop.search('mug');
  await isAsIfLoaded(shop);
  expect(asked.length).toBe(2);
});

test('what the slice cannot count is asked for afterwards @js', async ({ shop }) => {
  const { page } = shop;
  // As if there were too many products to send all of them.
  await page.route(SLICE, async (route) => {
    const response = await route.fetch();
    const slice = await response.json();
    slice.base.choices.brand = ['fairlead', 'stanchion'];
    await route.fulfill({ response, json: slice });
  });
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const asked = await openWithSlice(shop, '/search?brand=fairlead&brand=stanchion');
  await page.route('**/_fn/search/run?*', async (route) => { await held; await route.continue(); });
  await shop.openFilters();
  await shop.tick('Size', 'M');
  await expect(page).toHaveURL('/search?brand=fairlead&brand=stanchion&size=m&sort=popular');
  // The page is there before the server has answered.
  await expect(page.getByRole('link', { name: 'Remove filter M' })).toBeAttached();
  await expect.poll(() => asked.length).toBe(1);
  release();
  await isAsIfLoaded(shop);
  await expect(shop.filter('Size', 'M')).toBeChecked();
  // A brand that the slice lacks is for the server.
  await shop.filter('Brand', 'Stanchion').uncheck({ force: true });
  await isAsIfLoaded(shop);
});

test('without a slice all goes through the server @js', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  await page.route(SLICE, (route) => route.abort());
  await shop.open('/search');
  await shop.openFilters();
  await shop.tick('Size', 'M');
  await expect(page).toHaveURL('/search?size=m&sort=popular');
  await isAsIfLoaded(shop);
  await sortBy(shop, 'price-asc');
  await expect(page).toHaveURL('/search?size=m&sort=price-asc');
  await isAsIfLoaded(shop);
});
