// Every spec runs with JavaScript, on desktop and phone; those not about reactivity (no @js in their name) also
// without it. The shop is the release build on a throw-away data folder.
import { defineConfig } from '@playwright/test';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Set once, here or by whoever starts the tests; the workers inherit it.
process.env.SHOP_TEST_PORT ??= String(20000 + (process.pid % 20000));
const given = process.env.SHOP_TEST_URL;
const baseURL = given ?? `http://localhost:${process.env.SHOP_TEST_PORT}`;
const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const off = { javaScriptEnabled: false };

export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  // A test is as long as a visit is, and on a busy machine each step takes its time.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['line']],
  use: {
    baseURL,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    },
  },
  projects: [
    { name: 'desktop', use: desktop },
    { name: 'phone', use: phone },
    { name: 'desktop without JavaScript', use: { ...desktop, ...off }, grepInvert: /@js/ },
    { name: 'phone without JavaScript', use: { ...phone, ...off }, grepInvert: /@js/ },
  ],
  webServer: given ? undefined : {
    command: 'target/release/ironmonger',
    cwd: '..',
    url: `${baseURL}/readyz`,
    timeout: 60_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
    env: {
      LEPTOS_SITE_ADDR: `127.0.0.1:${process.env.SHOP_TEST_PORT}`,
      SHOP_DATA_DIR: mkdtempSync(join(tmpdir(), 'shop-')),
      DATABASE_URL: `sqlite:${mkdtempSync(join(tmpdir(), 'shop-'))}/shop.db`,
      SHOP_RATE_LIMIT: 'off',
    },
  },
});
