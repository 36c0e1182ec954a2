// The life of an order: what its buyer sees, and what staff do with it, each in a browser of their own.
import AxeBuilder from '@axe-core/playwright';
import { CARD, Shop, expect, test } from '../support/shop.js';
import { becomeStaff, canHaveStaff } from '../support/clerks.js';

const status = (page) => page.locator('.order-heading .status');
const done = (page) => page.locator('#done');
const region = (page, name) => page.getByRole('region', { name, exact: true });

// Buys a mug: the number of the order, whose page is open.
async function buy(shop) {
  const { page } = shop;
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
  await shop.fillCheckout();
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
  await shop.isAlive();
  return page.locator('.order-number strong').innerText();
}

// Somebody who packs orders, in a browser of their own.
async function withStaff(browser, shop, baseURL, then) {
  const viewport = shop.page.viewportSize();
  const context = await browser.newContext({ baseURL, javaScriptEnabled: shop.js, viewport });
  const staff = new Shop(await context.newPage(), shop.js, shop.isPhone);
  await becomeStaff(staff, 'fulfilment');
  await then(staff);
  expect(staff.complaints, 'errors in the console').toEqual([]);
  await context.close();
}

async function press(staff, name) {
  await staff.page.getByRole('button', { name, exact: true }).click();
  await expect(done(staff.page)).not.toBeEmpty();
  await staff.isAlive();
}

test('an order says how far it is, and is cancelled while nobody packs it', async ({ shop }) => {
  const { page } = shop;
  await buy(shop);
  const steps = page.getByRole('list', { name: 'How far your order is' }).getByRole('listitem');
  await expect(steps).toHaveCount(5);
  await expect(steps.nth(2)).toHaveAttribute('aria-current', 'step');
  await page.locator('summary', { hasText: 'Cancel this order' }).click();
  await page.getByRole('button', { name: 'Yes, cancel the order' }).click();
  await expect(done(page)).toContainText('Your order is cancelled.');
  await expect(status(page)).toHaveText('Cancelled');
  await expect(page.locator('summary', { hasText: 'Cancel this order' })).toHaveCount(0);
});

test('staff take an order from placed to delivered', async ({ shop, browser, baseURL }) => {
  test.skip(!canHaveStaff, 'the shop runs elsewhere');
  test.setTimeout(90_000);
  const number = await buy(shop);
  const order = shop.page.url();
  await withStaff(browser, shop, baseURL, async (staff) => {
    const { page } = staff;
    await staff.open('/admin/orders?pile=to-process');
    await page.getByRole('link', { name: number }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(number);
    await staff.isAlive();
    await press(staff, 'Start processing');
    await page.getByRole('combobox', { name: 'Carrier' }).selectOption('DHL');
    await page.getByRole('textbox', { name: 'Tracking number' }).fill('JD0146');
    await press(staff, 'Mark as shipped');
    await expect(page.getByRole('group', { name: 'DHL JD0146' })).toBeVisible();
    await shop.open(order);
    await expect(status(shop.page)).toHaveText('On its way');
    await expect(shop.page.getByRole('link', { name: 'Track this parcel' })).toHaveAttribute('href', /dhl\.com.*JD0146$/);
    await press(staff, 'Mark as delivered');
    await expect(region(page, 'Next step')).toContainText('This order is delivered');
    await expect(region(page, 'Timeline').getByRole('listitem')).toHaveCount(5);
    await shop.open(order);
    await expect(status(shop.page)).toHaveText('Delivered');
  });
});

test('what cannot be sent says so at its field, and nothing typed is lost', async ({ shop, browser, baseURL }) => {
  test.skip(!canHaveStaff, 'the shop runs elsewhere');
  test.setTimeout(90_000);
  const number = await buy(shop);
  await withStaff(browser, shop, baseURL, async (staff) => {
    const { page } = staff;
    staff.expectsErrors = true;
    await staff.open(`/admin/orders/${number}`);
    await press(staff, 'Start processing');
    await page.getByRole('textbox', { name: 'Tracking number' }).fill('no/number');
    await page.getByRole('button', { name: 'Mark as shipped' }).click();
    const field = page.getByRole('textbox', { name: 'Tracking number' });
    await expect(field).toHaveAccessibleDescription(/Letters, digits and dashes only/);
    await expect(field).toHaveValue('no/number');
  });
});

test('an open order page follows what staff do, without being loaded again @js', async ({ shop, browser, baseURL }) => {
  test.skip(!canHaveStaff, 'the shop runs elsewhere');
  test.setTimeout(90_000);
  const number = await buy(shop);
  await shop.page.evaluate(() => { window.isTheSamePage = true; });
  await expect(status(shop.page)).toHaveText('Paid');
  await withStaff(browser, shop, baseURL, async (staff) => {
    await staff.open(`/admin/orders/${number}`);
    await press(staff, 'Start processing');
    await expect(status(shop.page)).toHaveText('Being packed');
    await press(staff, 'Mark as shipped');
    await expect(status(shop.page)).toHaveText('On its way');
    await expect(shop.page.locator('[aria-live=polite]')).toHaveText('Your order: On its way');
    expect(await shop.page.evaluate(() => window.isTheSamePage)).toBe(true);
  });
});

test('the desk is accessible @js', async ({ shop, browser, baseURL }) => {
  test.skip(!canHaveStaff, 'the shop runs elsewhere');
  test.setTimeout(90_000);
  const number = await buy(shop);
  const axe = async (page) => expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await axe(shop.page);
  await withStaff(browser, shop, baseURL, async (staff) => {
    await staff.open('/admin/orders');
    await axe(staff.page);
    await staff.open(`/admin/orders/${number}`);
    await axe(staff.page);
    await press(staff, 'Start processing');
    await axe(staff.page);
    await staff.page.locator('summary', { hasText: 'Refund' }).click();
    await axe(staff.page);
  });
});
