// Everything that goes wrong at a checkout, and that nothing is lost by it.
import { CARD, expect, test } from '../support/shop.js';

test.beforeEach(async ({ shop }) => {
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
});

test('errors sit at their fields and keep what was typed', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout({ Email: 'not-an-address', City: 'Ely' });
  await shop.fillCard('1234');
  await shop.placeOrder();
  await expect(page.getByRole('alert').first()).toBeVisible();
  const email = page.getByRole('textbox', { name: 'Email' });
  await expect(email).toHaveAttribute('aria-invalid', 'true');
  await expect(email).toHaveAccessibleDescription(/name@example.com/);
  await expect(email).toHaveValue('not-an-address');
  await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue('Ely');
  await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('GB');
  if (shop.js) await expect(email).toBeFocused();
});

test('an empty form says what it needs', async ({ shop }) => {
  const { page } = shop;
  await shop.placeOrder();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(page.getByText('Enter your email address.')).toBeVisible();
  await expect(page.getByText('Choose a country.')).toBeVisible();
});

test('a declined card loses nothing, and another one pays', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout();
  await shop.fillCard(CARD.declined);
  await shop.placeOrder();
  await expect(page.getByRole('alert')).toContainText('declined');
  if (shop.js) await expect(page.getByRole('alert')).toBeInViewport();
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue('ada@example.com');
  await shop.fillCard(CARD.poor);
  await shop.placeOrder();
  await expect(page.getByRole('alert')).toContainText('not enough money');
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
});

test('a card that wants a challenge is confirmed at the bank', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout();
  await shop.fillCard(CARD.challenge);
  await shop.placeOrder();
  const confirm = page.getByRole('button', { name: 'Confirm payment' });
  await expect(confirm).toBeVisible();
  const question = page.url();
  await confirm.click();
  await shop.isThanked();
  await expect(page.getByText('Paid', { exact: true })).toBeVisible();
  await page.goto(question);
  await page.getByRole('link', { name: 'Back to your order' }).click();
  await shop.isThanked();
});

test('a refused challenge leaves an order that can be paid again', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout();
  await shop.fillCard(CARD.challenge);
  await shop.placeOrder();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByText('Waiting for payment')).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('The payment was not confirmed');
  await shop.isAlive();
  await shop.fillCard(CARD.good);
  await page.getByRole('button', { name: 'Pay now' }).click();
  await expect(page.getByText('Paid', { exact: true })).toBeVisible();
});

test('a card that is declined on the order page is still there to be looked over @js', async ({ shop }) => {
  const { page } = shop;
  shop.expectsErrors = true;
  await shop.fillCheckout();
  await shop.fillCard(CARD.challenge);
  await shop.placeOrder();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByText('Waiting for payment')).toBeVisible();
  await shop.isAlive();
  await shop.fillCard(CARD.declined);
  await page.getByRole('button', { name: 'Pay now' }).click();
  const refusal = page.getByRole('alert');
  await expect(refusal).toContainText('Your card was declined');
  await expect(refusal).toBeFocused();
  await expect(page.getByRole('textbox', { name: 'Card number' })).toHaveValue(CARD.declined);
  await shop.fillCard(CARD.good);
  await page.getByRole('button', { name: 'Pay now' }).click();
  await shop.isThanked();
});

test('what was typed is still there after a look at the cart', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout({ Email: 'not-yet-an-address' });
  await page.getByRole('button', { name: 'Edit cart' }).click();
  await expect(page).toHaveURL(/\/cart$/);
  await shop.isAlive();
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue('not-yet-an-address');
  await expect(page.getByRole('textbox', { name: 'City' })).toHaveValue('Ely');
  await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('GB');
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('Enter in a field places the order', async ({ shop }) => {
  await shop.fillCheckout();
  await shop.fillCard(CARD.good);
  await shop.page.getByRole('textbox', { name: 'City' }).press('Enter');
  await shop.isThanked();
});

test('a cart that another tab has emptied is called empty', async ({ shop, context }) => {
  const { page } = shop;
  const other = await context.newPage();
  await other.goto('/cart');
  await other.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(other.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await shop.fillCheckout();
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  // Without JavaScript the page is loaded anew, and has nothing to check out.
  const told = shop.js ? page.getByRole('alert') : page.getByRole('heading', { level: 1 });
  await expect(told).toContainText(shop.js ? 'Your cart is empty by now' : 'There is nothing to check out');
});

test('a late bank: the order page turns to paid by itself @js', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout();
  await shop.fillCard(CARD.late);
  await shop.placeOrder();
  await expect(page.getByText('waiting for the bank')).toBeVisible();
  await expect(page.getByText('Paid', { exact: true })).toBeVisible({ timeout: 20_000 });
});

test('a double click places one order @js', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout();
  await shop.fillCard(CARD.good);
  await page.getByRole('button', { name: 'Place order' }).dblclick();
  await shop.isThanked();
  await expect(shop.cartLink(0)).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Thank you' })).toBeHidden();
});

test('the total follows the way of delivery @js', async ({ shop }) => {
  const { page } = shop;
  const total = page.locator('.cart-summary');
  const before = await total.innerText();
  await page.getByRole('radiogroup', { name: 'Delivery' }).getByRole('radio', { name: /Express/ }).check({ force: true });
  await expect(total).not.toHaveText(before);
  await expect(total).toContainText('Delivery (Express)');
});

test('a cart changed in another tab is not charged unseen', async ({ shop, context }) => {
  const { page } = shop;
  const other = await context.newPage();
  await other.goto('/p/sea-shirt');
  await other.getByRole('button', { name: 'Add to cart' }).click();
  await expect(other.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible();
  await shop.fillCheckout();
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await expect(page.getByRole('alert')).toContainText('What it costs has changed');
  await expect(page.getByRole('heading', { name: 'Thank you' })).toBeHidden();
});

test('an empty cart has nothing to check out', async ({ browser, baseURL, javaScriptEnabled }) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled });
  const page = await context.newPage();
  await page.goto('/checkout');
  await expect(page.getByRole('heading', { name: 'There is nothing to check out' })).toBeVisible();
  await context.close();
});
