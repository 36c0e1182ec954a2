// Types texts into the search box of a shop, letter by letter, and prints how long each letter took until its list was
// painted: a JSON list of milliseconds. `node typing.js URL TEXT…`
import { chromium } from '@playwright/test';

const [url, ...texts] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.locator('html[data-alive="true"]').waitFor();
  await page.evaluate(() => {
    const list = document.getElementById('search-suggestions');
    let pressed = null;
    window.took = [];
    // When the browser got the key, not when the page was told.
    document.addEventListener('input', (event) => { pressed = event.timeStamp; }, true);
    new MutationObserver(() => {
      if (pressed === null || list.hidden) return;
      const from = pressed;
      pressed = null;
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => window.took.push(performance.now() - from);
        painted.port2.postMessage(null);
      });
    }).observe(list, { attributes: true, childList: true, subtree: true });
  });
  const box = page.getByRole('combobox', { name: 'Search products' });
  for (const text of texts) {
    await box.fill('');
    await box.pressSequentially(text, { delay: 120 });
    await page.waitForTimeout(300);
  }
  console.log(JSON.stringify(await page.evaluate(() => window.took)));
} finally {
  await browser.close();
}
