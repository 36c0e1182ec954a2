// How long a click on the search page takes in Chromium, from the click until the page has changed: first through the
// server, then with a slice of the products at hand. Started by `benches/refine.rs`; prints milliseconds as JSON.
import { chromium } from '@playwright/test';

const [shop] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});

// In the page: filters on and off, orders and pages, each after the one before has settled.
async function clicks() {
  const frame = () => new Promise(requestAnimationFrame);
  async function timed(act) {
    let last = 0;
    const observer = new MutationObserver(() => { last = performance.now(); });
    // Not attributes: thousands of them change, and noting each would cost what is to be measured.
    observer.observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
    const address = location.href;
    const start = performance.now();
    act();
    // Settled: the address is another, and for ten frames nothing has changed.
    for (let quiet = 0; quiet < 10;) {
      await frame();
      quiet = location.href !== address && last > start && performance.now() - last > 5 ? quiet + 1 : 0;
    }
    observer.disconnect();
    return last - start;
  }
  const ids = [...document.querySelectorAll('#filters input[type=checkbox]:not([name=category])')].map((box) => box.id);
  const toggle = (id) => () => document.getElementById(id).click();
  const sort = (order) => () => {
    const field = document.querySelector('#sort');
    field.value = order;
    field.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const page = (name) => () => document.querySelector(`.pager a[rel=${name}]`).click();
  const steps = [];
  for (let i = 0; i < 24; i += 1) {
    const id = ids[(i * 7) % ids.length];
    steps.push(toggle(id));
    if (i % 4 === 0) steps.push(sort('price-asc'), sort('newest'));
    steps.push(toggle(id));
    if (i % 4 === 1) steps.push(page('next'), page('prev'));
  }
  const took = [];
  for (const step of steps) took.push(await timed(step));
  const refined = performance.getEntriesByName('refine', 'measure').map((entry) => entry.duration);
  return { took, refined };
}

async function run(withSlice) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  let asked = 0;
  page.on('request', (request) => { if (request.url().includes('/_fn/search/run')) asked += 1; });
  if (!withSlice) await page.route('**/_fn/search/slice?*', (route) => route.abort());
  await page.goto(`${shop}/search`);
  await page.locator('html[data-alive=true]').waitFor();
  if (withSlice) await page.waitForFunction(() => performance.getEntriesByName('slice', 'measure').length > 0);
  const warm = await page.evaluate(clicks);
  const { took, refined } = await page.evaluate(clicks);
  const arrived = await page.evaluate(() => performance.getEntriesByName('slice', 'measure').map((e) => e.duration));
  await page.close();
  return { took, refined: refined.slice(warm.refined.length), asked, first: warm.took[0], arrived };
}

const served = await run(false);
const refined = await run(true);
await browser.close();
console.log(JSON.stringify({ served, refined }));
