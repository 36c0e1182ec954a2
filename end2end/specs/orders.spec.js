// The life of an order: what its buyer sees, and what staff do with it, each in a browser of their own.
import AxeBuilder from '@axe-core/playwright';
import { CARD, Shop } from '../support/shop.js';
import { becomeStaff, expect, test } from '../support/staff.js';

const status = (page) => page.locator('.order-heading .status');
const done = (page) => page.locator('#done');
const region = (page, name) => page.getByRole('region', { name, exact: true });

// Buys a mug, and with it what is in the cart: the number of the order, whose page is open.
async function buy(shop, items = 1) {
  const { page } = shop;
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', items);
  await shop.open('/checkout');
  await shop.fillCheckout();
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
  await shop.isAlive();
  return page.locator('.order-number strong').innerText();
}

// Somebody who packs orders, in a browser of their own.
async function withStaff(browser, shop, ownShop, then) {
  const viewport = shop.page.viewportSize();
  const context = await browser.newContext({ baseURL: ownShop.url, javaScriptEnabled: shop.js, viewport });
  const staff = new Shop(await context.newPage(), shop.js, shop.isPhone);
  await becomeStaff(staff, ownShop, 'fulfilment');
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
  await expect(page.getByRole('link', { name: 'Invoice (PDF)' })).toBeVisible();
  await expect(async () => {
    await shop.open(page.url());
    await expect(page.getByRole('link', { name: /^Credit note over \$/ })).toBeVisible({ timeout: 500 });
  }).toPass();
  const note = await page.getByRole('link', { name: /^Credit note over \$/ }).getAttribute('href');
  expect((await page.request.get(note)).headers()['content-type']).toBe('application/pdf');
});

test('staff take an order from placed to delivered', async ({ shop, browser, ownShop }) => {
  test.setTimeout(150_000);
  const number = await buy(shop);
  const order = shop.page.url();
  await withStaff(browser, shop, ownShop, async (staff) => {
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

test('what cannot be sent says so at its field, and nothing typed is lost', async ({ shop, browser, ownShop }) => {
  test.setTimeout(150_000);
  const number = await buy(shop);
  await withStaff(browser, shop, ownShop, async (staff) => {
    const { page } = staff;
    staff.expectsErrors = true;
    await staff.open(`/admin/orders/${number}`);
    await press(staff, 'Start processing');
    await page.getByRole('textbox', { name: 'Tracking number' }).fill('no/number');
    await page.getByRole('button', { name: 'Mark as shipped' }).click();
    const field = page.getByRole('textbox', { name: 'Tracking number' });
    await expect(field).toHaveAccessibleDescription(/Letters, digits and dashes only/);
    await expect(field).toHaveValue('no/number');
    // A reason is asked for by several forms of the page; it comes back in its own.
    await staff.isAlive();
    await page.locator('summary', { hasText: 'Refund' }).click();
    const refund = page.locator('form[action$="/desk/refund"]');
    await refund.getByRole('radio', { name: 'An amount' }).check();
    await refund.getByRole('textbox', { name: 'Reason' }).fill('A crack');
    await refund.getByRole('button', { name: 'Refund' }).click();
    await expect(refund.getByRole('textbox', { name: 'Amount' })).toHaveAccessibleDescription(/Enter an amount/);
    await expect(refund.getByRole('textbox', { name: 'Reason' })).toHaveValue('A crack');
    await expect(page.locator('#cancel-why')).toHaveValue('');
  });
});

test('items that are missing are taken out of an order, and the rest of it is sent', async ({ shop, browser, ownShop }) => {
  test.setTimeout(150_000);
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  const number = await buy(shop, 2);
  await withStaff(browser, shop, ownShop, async (staff) => {
    const { page } = staff;
    await staff.open(`/admin/orders/${number}`);
    await press(staff, 'Start processing');
    await page.locator('summary', { hasText: 'Cancel items' }).click();
    const form = page.locator('form[action$="/desk/cancel_units"]');
    await form.getByRole('spinbutton').fill('1');
    await form.getByRole('textbox', { name: 'Reason' }).fill('Broken in the stockroom');
    await form.getByRole('button', { name: 'Cancel items' }).click();
    await expect(done(page)).toContainText('These items will not be sent');
    await staff.isAlive();
    await expect(region(page, 'Items')).toContainText('1 cancelled');
    await expect(region(page, 'Timeline')).toContainText('Broken in the stockroom');
    await expect(page.locator('.ship-form').getByRole('spinbutton')).toHaveValue('1');
    await press(staff, 'Mark as shipped');
    await shop.open(shop.page.url());
    await expect(shop.page.getByText('1 of 2 will not be sent')).toBeVisible();
    await expect(status(shop.page)).toHaveText('On its way');
  });
});

test('the form of the next parcel is empty again @js', async ({ shop, browser, ownShop }) => {
  test.setTimeout(150_000);
  for (const items of [1, 2]) await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', items);
  const number = await buy(shop, 3);
  await withStaff(browser, shop, ownShop, async (staff) => {
    const { page } = staff;
    await staff.open(`/admin/orders/${number}`);
    await press(staff, 'Start processing');
    const parcel = page.locator('.ship-form');
    await parcel.getByRole('spinbutton').fill('1');
    await parcel.getByRole('textbox', { name: 'Tracking number' }).fill('JD0146');
    await press(staff, 'Mark as shipped');
    await expect(parcel.getByRole('spinbutton')).toHaveValue('2');
    await expect(parcel.getByRole('textbox', { name: 'Tracking number' })).toHaveValue('');
  });
});

test('the filters of the desk show what is applied @js', async ({ shop, browser, ownShop }) => {
  test.setTimeout(150_000);
  await withStaff(browser, shop, ownShop, async (staff) => {
    const { page } = staff;
    await staff.open('/admin/orders?text=nobody');
    const text = page.getByRole('searchbox', { name: 'Number, name or email' });
    await text.fill('somebody');
    await page.getByRole('navigation', { name: 'Piles of work' }).getByRole('link', { name: /^To process/ }).click();
    await expect(page).toHaveURL(/pile=to-process/);
    await expect(text).toHaveValue('');
  });
});

test('an open order page follows what staff do, without being loaded again @js', async ({ shop, browser, ownShop }) => {
  test.setTimeout(150_000);
  const number = await buy(shop);
  await shop.page.evaluate(() => { window.isTheSamePage = true; });
  await expect(status(shop.page)).toHaveText('Paid');
  await withStaff(browser, shop, ownShop, async (staff) => {
    await staff.open(`/admin/orders/${number}`);
    await press(staff, 'Start processing');
    await expect(status(shop.page)).toHaveText('Being packed');
    await press(staff, 'Mark as shipped');
    await expect(status(shop.page)).toHaveText('On its way');
    const told = shop.page.locator('[aria-live=polite]').filter({ hasText: 'Your order: On its way' });
    await expect(told).toHaveCount(1);
    expect(await shop.page.evaluate(() => window.isTheSamePage)).toBe(true);
  });
});

test('a card that is being typed stays while staff write a note @js', async ({ shop, browser, ownShop }) => {
  test.setTimeout(150_000);
  const { page } = shop;
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
  await shop.fillCheckout();
  await shop.fillCard(CARD.challenge);
  await shop.placeOrder();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByText('Waiting for payment')).toBeVisible();
  await shop.isAlive();
  const number = await page.locator('.order-number strong').innerText();
  await shop.fillCard(CARD.good);
  await withStaff(browser, shop, ownShop, async (staff) => {
    await staff.open(`/admin/orders/${number}`);
    await staff.page.getByRole('textbox', { name: 'Note' }).fill('Rings twice');
    await press(staff, 'Add note');
  });
  // Every node looks each second.
  await page.waitForTimeout(2_500);
  await expect(page.getByRole('textbox', { name: 'Card number' })).toHaveValue(CARD.good);
});

test('the desk is accessible @js', async ({ shop, browser, ownShop }) => {
  test.setTimeout(150_000);
  const number = await buy(shop);
  const axe = async (page) => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
  };
  await axe(shop.page);
  await withStaff(browser, shop, ownShop, async (staff) => {
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
