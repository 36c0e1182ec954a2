// Coupons, and totals that change: in the cart, at the checkout, with JavaScript and without.
import { CARD, expect, test } from '../support/shop.js';

const MUG = '/p/galley-mug?sku=LK-MUG-CHA-SM';

function summary(page) {
  return page.getByRole('region', { name: 'Summary' });
}

async function apply(page, code) {
  await page.getByRole('textbox', { name: 'Coupon code' }).fill(code);
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
}

test('a coupon in the cart takes its part off, by its name, and can be taken out', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart(MUG, 1);
  await shop.open('/cart');
  const before = await summary(page).locator('.grand-total').first().textContent();
  await apply(page, 'welcome10');
  await expect(summary(page)).toContainText('10% off your first order');
  await expect(summary(page).locator('.grand-total').first()).not.toHaveText(before);
  await shop.open('/checkout');
  await expect(summary(page)).toContainText('10% off your first order');
  await shop.open('/cart');
  await page.getByRole('button', { name: 'Remove coupon welcome10' }).click();
  await expect(summary(page)).not.toContainText('10% off your first order');
  await expect(summary(page).locator('.grand-total').first()).toHaveText(before);
  if (shop.js) await expect(page.getByRole('textbox', { name: 'Coupon code' })).toBeFocused();
});

test('a coupon nobody knows says so at its field', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart(MUG, 1);
  await shop.open('/cart');
  await apply(page, 'NO-SUCH-CODE');
  await expect(page.getByRole('alert').filter({ hasText: 'We know no coupon' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Coupon code' })).toHaveAttribute('aria-invalid', 'true');
});

test('a coupon at the checkout loses nothing that was typed, and the order has it', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart(MUG, 1);
  await shop.open('/checkout');
  await shop.fillCheckout({ Email: `codes-${Date.now()}-${Math.random()}@example.com`, 'Full name': 'Zoë Codes' });
  await apply(page, 'WELCOME10');
  await expect(summary(page)).toContainText('10% off your first order (WELCOME10)');
  await expect(page.getByRole('textbox', { name: 'Full name' })).toHaveValue('Zoë Codes');
  await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('GB');
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
  await expect(page.getByText('10% off your first order (WELCOME10)')).toBeVisible();
});

test('a bad coupon sent with the order is shown, taken out, and the order placed', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart(MUG, 1);
  await shop.open('/checkout');
  await shop.fillCheckout();
  await page.getByRole('textbox', { name: 'Coupon code' }).fill('NO-SUCH-CODE');
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await expect(page.getByText('You have entered a code, so nothing was ordered yet.')).toBeVisible();
  await expect(page.getByText('We know no coupon with this code.')).toBeVisible();
  await shop.isAlive();
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await expect(page.locator('#refusal')).toContainText('We know no coupon');
  await shop.isAlive();
  await page.getByRole('button', { name: 'Remove coupon NO-SUCH-CODE' }).click();
  await expect(page.getByText('We know no coupon with this code.')).toHaveCount(0);
  if (shop.js) await expect(page.getByRole('textbox', { name: 'Coupon code' })).toBeFocused();
  await shop.isAlive();
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
});

test('Enter in a code field enters the code and orders nothing', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart(MUG, 1);
  await shop.open('/checkout');
  await shop.fillCheckout({ Email: `enter-${Date.now()}-${Math.random()}@example.com` });
  await shop.fillCard(CARD.good);
  const coupon = page.getByRole('textbox', { name: 'Coupon code' });
  await coupon.fill('WELCOME10');
  await coupon.press('Enter');
  await expect(summary(page)).toContainText('10% off your first order (WELCOME10)');
  await expect(page.getByRole('heading', { name: 'Thank you' })).toBeHidden();
});

test('what the browser filled in before the page was alive counts @js', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart(MUG, 1);
  // The program comes late, and the form is filled in by then.
  let arrive;
  const late = new Promise((resolve) => { arrive = resolve; });
  await page.route('**/*.wasm*', async (route) => { await late; await route.continue(); });
  await page.goto('/checkout', { waitUntil: 'domcontentloaded' });
  await page.getByRole('combobox', { name: 'Country' }).selectOption('DE');
  await expect(summary(page)).not.toContainText('Includes VAT');
  arrive();
  await shop.isAlive();
  await expect(summary(page)).toContainText('Includes VAT');
});

test('delivery and tax follow the country at once @js', async ({ shop }) => {
  const { page } = shop;
  await shop.addToCart(MUG, 1);
  await shop.open('/checkout');
  const country = page.getByRole('combobox', { name: 'Country' });
  const delivery = page.getByRole('radiogroup', { name: 'Delivery' });
  await country.selectOption('DE');
  await expect(summary(page)).toContainText('Includes VAT');
  await expect(delivery.getByRole('radio')).toHaveCount(2);
  await country.selectOption('US');
  await expect(summary(page)).not.toContainText('Includes VAT');
  await expect(delivery.getByRole('radio', { name: /Collect/ })).toBeVisible();
  // Where the picked way does not go, the first one counts.
  await delivery.getByRole('radio', { name: /Collect/ }).check({ force: true });
  await country.selectOption('DE');
  await expect(delivery.getByRole('radio', { name: /Standard/ })).toBeChecked();
});

test('a total that changed is told line by line, and confirmed by placing again', async ({ shop, context }) => {
  const { page } = shop;
  await shop.addToCart(MUG, 1);
  await shop.open('/checkout');
  const other = await context.newPage();
  await other.goto('/p/sea-shirt');
  await other.getByRole('button', { name: 'Add to cart' }).click();
  await expect(other.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible();
  await other.close();
  await shop.fillCheckout({ 'Full name': 'Zoë Changes' });
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  const told = page.getByRole('alert').filter({ hasText: 'What it costs has changed' });
  await expect(told).toContainText('Sea Shirt');
  await expect(told).toContainText('Total');
  await expect(page.getByRole('textbox', { name: 'Full name' })).toHaveValue('Zoë Changes');
  await expect(summary(page)).toContainText('Sea Shirt');
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
});
