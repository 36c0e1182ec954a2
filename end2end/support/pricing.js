// Prices a cart in Chromium and prints what it takes in milliseconds: the first time, and the middle of many.
// `node pricing.js FOLDER LINES`, FOLDER being where wasm-bindgen left the module `price`.
import { chromium } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, lines] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage();
  const types = { '.js': 'text/javascript', asm: 'application/wasm' };
  await page.route('http://bench.localhost/**', (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>price()</title>' });
    return route.fulfill({ contentType: types[name.slice(-3)], body: readFileSync(join(folder, name)) });
  });
  await page.goto('http://bench.localhost/');
  const took = await page.evaluate(async (lines) => {
    const { default: start, Case } = await import('/price.js');
    await start();
    const cart = new Case(lines);
    const asked = performance.now();
    cart.price(1);
    const first = performance.now() - asked;
    // As many in a batch as the browser's coarse clock needs.
    const times = Math.max(1, Math.round(6_000 / lines));
    const batches = Array.from({ length: 40 }, () => {
      const begun = performance.now();
      if (cart.price(times) !== times) throw new Error('there is no price');
      return (performance.now() - begun) / times;
    });
    return { first, middle: batches.sort((one, other) => one - other)[20] };
  }, Number(lines));
  console.log(JSON.stringify(took));
} finally {
  await browser.close();
}
