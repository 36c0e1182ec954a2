// What holds for a page as a whole: nothing to scroll sideways, nothing that axe calls serious, light and dark.
import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';

export async function isContent(shop) {
  const { page } = shop;
  const width = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(width, 'width to scroll').toBeLessThanOrEqual(0);
  if (!shop.js) return;
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
  }
}
