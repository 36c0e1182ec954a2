// What a customer keeps of an order: the invoice behind the order's page, and the letter that leads back to it.
import { newAddress } from '../support/account.js';
import { CARD, expect, test } from '../support/shop.js';

async function buy(shop, email) {
  const { page } = shop;
  await shop.addToCart('/p/galley-mug?sku=LK-MUG-CHA-SM', 1);
  await shop.open('/checkout');
  await shop.fillCheckout(email ? { Email: email } : {});
  await shop.fillCard(CARD.good);
  await shop.placeOrder();
  await shop.isThanked();
}

test('the invoice is a PDF, and nobody else gets it', async ({ shop, playwright, baseURL }) => {
  const { page } = shop;
  await buy(shop);
  const link = page.getByRole('link', { name: 'Invoice (PDF)' });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expect(download.suggestedFilename()).toMatch(/^invoice-\d{6}\.pdf$/);
  const address = await link.getAttribute('href');
  const stranger = await playwright.request.newContext({ baseURL });
  const open = await stranger.get(address);
  expect(open.status()).toBe(200);
  expect((await open.body()).subarray(0, 5).toString()).toBe('%PDF-');
  const [path] = address.split('?');
  for (const wrong of [path, `${path}?token=0.00`]) expect((await stranger.get(wrong)).status()).toBe(404);
  await stranger.dispose();
});

test('the confirmation says the total and leads back to the order', async ({ shop }) => {
  const { page } = shop;
  const email = newAddress();
  await buy(shop, email);
  const total = await page.locator('.grand-total dd').innerText();
  const number = page.url().match(/orders\/([A-Z0-9-]+)/)[1];
  let mails = [];
  await expect(async () => {
    mails = await (await page.request.get(`/dev/mail.json?to=${encodeURIComponent(email)}`)).json();
    expect(mails).toHaveLength(1);
  }).toPass();
  const [mail] = mails;
  expect(mail.subject).toContain(number);
  for (const version of [mail.text, mail.html]) expect(version).toContain(total);
  const back = mail.text.match(/\/orders\/[A-Z0-9-]+\?token=\S+/)[0];
  await page.context().clearCookies();
  await shop.open(back);
  await shop.isThanked();
});
