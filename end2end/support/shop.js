// What a shopper does, in words. `shop` is a page whose console must stay silent.
import { test as base, expect } from '@playwright/test';

export { expect };

export const CARD = {
  good: '4242 4242 4242 4242',
  declined: '4000000000000002',
  poor: '4000000000009995',
  challenge: '4000002500003155',
  late: '4000000000000341',
};

export const test = base.extend({
  shop: async ({ page, javaScriptEnabled, isMobile }, use) => {
    const shop = new Shop(page, javaScriptEnabled !== false, Boolean(isMobile));
    await use(shop);
    expect(shop.complaints, 'errors in the console').toEqual([]);
  },
});

export class Shop {
  constructor(page, js, isPhone) {
    Object.assign(this, { page, js, isPhone, complaints: [], expectsErrors: false });
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error}`));
    page.on('console', (message) => {
      const isOurs = message.type() === 'error' && !(this.expectsErrors && /Failed to load resource/.test(message.text()));
      if (isOurs) this.complaints.push(`${page.url()}: ${message.text()}`);
    });
  }

  // Goes to an address and waits until the page is alive.
  async open(path) {
    const response = await this.page.goto(path);
    await this.isAlive();
    return response;
  }

  async isAlive() {
    if (this.js) await expect(this.page.locator('html')).toHaveAttribute('data-alive', 'true');
    // A click that leads to a page does not wait for it, and what is typed before it is all there can be lost.
    else await this.page.waitForLoadState('load');
  }

  cartLink(items) {
    return this.page.getByRole('link', { name: `Cart, ${items === 1 ? '1 item' : `${items} items`}`, exact: true });
  }

  wishlistLink(items) {
    return this.page.getByRole('link', { name: `Wishlist, ${items === 1 ? '1 item' : `${items} items`}`, exact: true });
  }

  line(name) {
    return this.page.getByRole('group', { name, exact: true });
  }

  products() {
    return this.page.getByRole('list', { name: 'Products' }).getByRole('listitem');
  }

  count() {
    return this.page.getByRole('status').filter({ hasText: /^[\d,]+ products?$/ });
  }

  async countIs(pattern) {
    await expect(this.count()).toHaveText(pattern);
  }

  async search(text) {
    const box = this.page.getByRole('combobox', { name: 'Search products' });
    await box.fill(text);
    await box.press('Enter');
    await expect(this.page).toHaveURL(/\/search\?q=/);
    await this.isAlive();
  }

  // On a phone the filters are a panel of their own.
  async openFilters() {
    const button = this.page.getByRole('link', { name: 'Filters' });
    if (!this.isPhone || !this.js) return;
    await button.click();
  }

  filter(facet, value) {
    const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.page.getByRole('group', { name: facet, exact: true }).getByRole('checkbox', { name: new RegExp(`^${escaped}\\b`) });
  }

  async tick(facet, value) {
    // The box of a pill is drawn by its label.
    await this.filter(facet, value).check({ force: true });
  }

  async applyFilters() {
    if (!this.js) await this.page.getByRole('button', { name: 'Apply filters' }).click();
    else if (this.isPhone) await this.page.locator('#filters').getByRole('button', { name: /products?$/ }).click();
  }

  async addToCart(path, expected) {
    await this.open(path);
    // The cart shows it at once; a page that is loaded next asks the server, which has to know by then.
    const known = this.js && this.page.waitForResponse((response) => response.url().includes('/_fn/cart/add'));
    await this.page.getByRole('button', { name: 'Add to cart' }).click();
    await known;
    await expect(this.cartLink(expected)).toBeVisible();
  }

  async fillCheckout(changes = {}) {
    const { page } = this;
    const typed = {
      Email: 'ada@example.com', 'Full name': 'Ada Lovelace', Address: '1 Quay Street', City: 'Ely', Postcode: 'CB7 4AA',
      ...changes,
    };
    for (const [name, value] of Object.entries(typed)) {
      await page.getByRole('textbox', { name, exact: true }).fill(value);
    }
    await page.getByRole('combobox', { name: 'Country' }).selectOption('GB');
  }

  async fillCard(number) {
    await this.page.getByRole('textbox', { name: 'Card number' }).fill(number);
    await this.page.getByRole('textbox', { name: 'Expiry' }).fill('12/32');
    await this.page.getByRole('textbox', { name: 'Security code' }).fill('123');
  }

  async placeOrder() {
    await this.page.getByRole('button', { name: 'Place order' }).click();
  }

  async isThanked() {
    await expect(this.page.getByRole('heading', { name: 'Thank you' })).toBeVisible();
  }
}
