// A shop of its own that is paid by Stripe, and an independent Stripe of its own: localstripe, on loopback ports. Both end
// with the spec.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readdirSync } from 'node:fs';

// As in tests/stripe: on loopback only, nothing kept, and no longer than we live.
const LAUNCH = `
import os, sys, threading, localstripe.server as server
from aiohttp import web
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.store.dump_to_disk = lambda: None
web.run_app(server.app, host='127.0.0.1', port=int(sys.argv[1]), print=None, access_log=None)
`;
const SECRET_KEY = 'sk_test_hunter2hunter2';
const WEBHOOK_SECRET = 'whsec_hunter3hunter3';

function python() {
  if (process.env.LOCALSTRIPE_PYTHON) return process.env.LOCALSTRIPE_PYTHON;
  const cache = process.env.IRONMONGER_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ironmonger');
  const folder = readdirSync(cache).find((name) => name.startsWith('localstripe-'));
  if (!folder) throw new Error('localstripe is not there: run .ci/setup test');
  return join(cache, folder, 'bin/python');
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => resolve(port)); });
  });
}

async function answers(url, child, name) {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`${name} has ended`);
    try {
      const response = await fetch(url);
      if (response.status < 500) return;
    } catch { /* not yet */ }
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`${name} does not answer`);
}

function stop(child) {
  if (child.exitCode !== null) return Promise.resolve();
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  return ended.finally(() => clearTimeout(timer));
}

export async function startStripeShop() {
  const [stripePort, shopPort] = [await freePort(), await freePort()];
  const stripe = `http://127.0.0.1:${stripePort}`;
  const localstripe = spawn(python(), ['-c', LAUNCH, String(stripePort)], { stdio: ['pipe', 'ignore', 'inherit'] });
  await answers(`${stripe}/js.stripe.com/v3/`, localstripe, 'localstripe');
  const folder = mkdtempSync(join(tmpdir(), 'stripe-shop-'));
  const url = `http://localhost:${shopPort}`;
  const shop = spawn(process.env.SHOP_TEST_PROGRAM ?? 'target/release/ironmonger', [], {
    cwd: '..',
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      LEPTOS_SITE_ADDR: `127.0.0.1:${shopPort}`,
      SHOP_DATA_DIR: folder,
      DATABASE_URL: `sqlite:${folder}/shop.db`,
      SHOP_RATE_LIMIT: 'off',
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_PUBLISHABLE_KEY: 'pk_test_public',
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_BASE: stripe,
      STRIPE_JS_URL: `${stripe}/js.stripe.com/v3/`,
    },
  });
  await answers(`${url}/readyz`, shop, 'the shop');
  await fetch(`${stripe}/_config/webhooks/shop`, {
    method: 'POST',
    body: JSON.stringify({ url: `http://127.0.0.1:${shopPort}/webhooks/stripe`, secret: WEBHOOK_SECRET }),
  });
  return {
    url,
    stripe,
    // What has been charged, as Stripe sees it.
    async charges() {
      const response = await fetch(`${stripe}/v1/charges?limit=100`, { headers: { authorization: `Bearer ${SECRET_KEY}` } });
      return (await response.json()).data.filter((charge) => charge.status === 'succeeded');
    },
    async stop() {
      await Promise.all([stop(shop), stop(localstripe)]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// localstripe's script has no createPaymentMethod, and its names would hide the page's own (`class Element`). Stripe's script
// sends the card straight to Stripe with the publishable key; so does this one, and Stripe takes that key there.
const LACKING = `
  const opened = window.Stripe;
  window.Stripe = (key) => Object.assign(opened(key), {
    createPaymentMethod: async ({ type, card }) => {
      if (!card.value || !card.value.card.number) return { error: { message: 'Your card number is incomplete.' } };
      const response = await fetch(LOCALSTRIPE_BASE_API + '/v1/payment_methods', {
        method: 'POST', body: JSON.stringify({ key, type, card: card.value.card }),
      });
      const body = await response.json();
      return response.ok ? { paymentMethod: body } : { error: body.error };
    },
  });
`;

export async function completeScript(page, stripe) {
  await page.route(`${stripe}/js.stripe.com/v3/`, async (route) => {
    const response = await route.fetch();
    // Its chatter about itself is no error of the page.
    await route.fulfill({ response, body: `(() => { ${await response.text()}\n${LACKING} })();` });
  });
  await page.route(`${stripe}/v1/payment_methods`, async (route) => {
    await route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${SECRET_KEY}` } });
  });
}
