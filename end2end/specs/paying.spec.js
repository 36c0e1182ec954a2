// Ways to pay without a card, and the clock of an order that waits.
import { CARD, expect, test } from '../support/shop.js';

test.beforeEach(async ({ shop }) => {
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
});

const way = (shop, name) => shop.page.getByRole('radiogroup', { name: 'Payment' }).getByRole('radio', { name });

test('a bank transfer: what to transfer and where to is on the order', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout();
  await way(shop, /Bank transfer/).check({ force: true });
  await expect(page.getByRole('textbox', { name: 'Card number' })).toBeHidden();
  await shop.placeOrder();
  await shop.isThanked();
  await expect(page.getByText(/IBAN/)).toBeVisible();
  await expect(page.getByRole('timer')).toHaveText('7 days');
});

test('pay on delivery: what to have ready', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout();
  await way(shop, /on delivery/).check({ force: true });
  await shop.placeOrder();
  await shop.isThanked();
  await expect(page.getByText(/ready when your order comes/)).toBeVisible();
});

test('what was chosen is still chosen when a field was wrong', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout({ Email: 'nobody' });
  await way(shop, /on delivery/).check({ force: true });
  await shop.placeOrder();
  await expect(page.getByText('Enter an email address like name@example.com.')).toBeVisible();
  await expect(way(shop, /on delivery/)).toBeChecked();
});

test('an order that waits for its card shows how long it is held @js', async ({ shop }) => {
  const { page } = shop;
  await shop.fillCheckout();
  await shop.fillCard(CARD.challenge);
  await shop.placeOrder();
  await page.getByRole('button', { name: 'Refuse' }).click();
  const clock = page.getByRole('timer');
  await expect(clock).toHaveText(/^2\d:\d\d$/);
  const before = await clock.textContent();
  await expect(clock).not.toHaveText(before);
  await shop.fillCard(CARD.good);
  await page.getByRole('button', { name: 'Pay now' }).click();
  await shop.isThanked();
  await expect(clock).toBeHidden();
});
