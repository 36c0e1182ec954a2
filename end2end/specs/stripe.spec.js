// Paying by Stripe: the card is typed into Stripe's own form, and its number never comes to the shop.
import { expect, test as base } from '../support/shop.js';
import { completeScript, startStripeShop } from '../support/stripe.js';

const test = base.extend({
  stripeShop: [async ({}, use) => {
    const started = await startStripeShop();
    await use(started);
    await started.stop();
  }, { scope: 'worker', timeout: 120_000 }],
  baseURL: async ({ stripeShop }, use) => { await use(stripeShop.url); },
});

// All requests to the shop, with what was sent.
async function listen(page, url) {
  const sent = [];
  page.on('request', (request) => {
    if (request.url().startsWith(url)) sent.push(`${request.url()} ${request.postData() ?? ''}`);
  });
  return sent;
}

async function typeCard(page, number) {
  const frame = page.getByRole('group', { name: 'Card details' });
  await frame.getByPlaceholder('number').fill(number);
  await frame.getByPlaceholder('exp_month').fill('12');
  await frame.getByPlaceholder('exp_year').fill('31');
  await frame.getByPlaceholder('cvc').fill('123');
}

async function toCheckout(shop, stripeShop) {
  await completeScript(shop.page, stripeShop.stripe);
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
  await expect(shop.page.getByPlaceholder('number')).toBeVisible();
}

test('a card pays by Stripe, and its number stays with Stripe @js', async ({ shop, stripeShop }) => {
  const { page } = shop;
  await toCheckout(shop, stripeShop);
  const sent = await listen(page, stripeShop.url);
  const before = (await stripeShop.charges()).length;
  await shop.fillCheckout();
  await typeCard(page, '4242424242424242');
  await shop.placeOrder();
  await shop.isThanked();
  await expect(page.getByText('Paid', { exact: true })).toBeVisible();
  expect((await stripeShop.charges()).length).toBe(before + 1);
  expect(sent.some((request) => request.includes('pm_'))).toBe(true);
  expect(sent.filter((request) => /4242/.test(request))).toEqual([]);
});

test('a declined card loses nothing, and another one pays @js', async ({ shop, stripeShop }) => {
  const { page } = shop;
  await toCheckout(shop, stripeShop);
  await shop.fillCheckout();
  await typeCard(page, '4000000000000341');
  await shop.placeOrder();
  await expect(page.getByRole('alert').filter({ hasText: 'declined' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue('ada@example.com');
  await typeCard(page, '4242424242424242');
  await shop.placeOrder();
  await shop.isThanked();
});

test('a card that Stripe cannot read is told at the field, and nothing is ordered @js', async ({ shop, stripeShop }) => {
  const { page } = shop;
  await toCheckout(shop, stripeShop);
  await shop.fillCheckout();
  await shop.placeOrder();
  await expect(page.getByText('Your card number is incomplete.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Place order' })).toBeEnabled();
  await expect(page).toHaveURL(/\/checkout/);
});

for (const [answer, heading] of [['Complete authentication', 'Thank you'], ['Fail authentication', 'Order']]) {
  test(`the bank's question: ${answer} @js`, async ({ shop, stripeShop }) => {
    const { page } = shop;
    await toCheckout(shop, stripeShop);
    await shop.fillCheckout();
    await typeCard(page, '4000002500003155');
    await shop.placeOrder();
    await page.getByRole('button', { name: answer }).click();
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    if (heading === 'Thank you') return;
    await expect(page.getByText('Waiting for payment')).toBeVisible();
    await typeCard(page, '4242424242424242');
    await page.getByRole('button', { name: 'Pay now' }).click();
    await shop.isThanked();
  });
}

test('from any page the card form comes: the page is loaded anew where it has to be @js', async ({ shop, stripeShop }) => {
  const { page } = shop;
  await completeScript(page, stripeShop.stripe);
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await page.getByRole('link', { name: 'Cart, 1 item' }).click();
  await page.getByRole('link', { name: 'Go to checkout' }).click();
  await expect(page.getByPlaceholder('number')).toBeVisible();
});

test('other ways to pay need no card @js', async ({ shop, stripeShop }) => {
  const { page } = shop;
  await toCheckout(shop, stripeShop);
  await shop.fillCheckout();
  await page.getByRole('radiogroup', { name: 'Payment' }).getByRole('radio', { name: /Bank transfer/ }).check({ force: true });
  await expect(page.getByPlaceholder('number')).toBeHidden();
  await shop.placeOrder();
  await shop.isThanked();
  await expect(page.getByText(/IBAN/)).toBeVisible();
});

test('without JavaScript the card form says so, and other ways are open', async ({ shop, stripeShop }) => {
  const { page } = shop;
  test.skip(shop.js, 'told only where there is none');
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
  await expect(page.getByText('Paying by card needs JavaScript here')).toBeVisible();
  await shop.fillCheckout();
  await page.getByRole('radiogroup', { name: 'Payment' }).getByRole('radio', { name: /on delivery/ }).check({ force: true });
  await shop.placeOrder();
  await shop.isThanked();
  expect(stripeShop.url).toBeTruthy();
});
