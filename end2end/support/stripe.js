// A shop of a spec's own that is paid by Stripe, and an independent Stripe of its own: localstripe, on a loopback port. Both
// end with the spec.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { freePort, startShop } from './own_shop.js';

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

async function startLocalstripe() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(python(), ['-c', LAUNCH, String(port)], { stdio: ['pipe', 'ignore', 'inherit'] });
  for (let tries = 0; tries < 600; tries += 1) {
    if (server.exitCode !== null) throw new Error('localstripe has ended: run .ci/setup test');
    const answer = await fetch(`${url}/js.stripe.com/v3/`).catch(() => undefined);
    if (answer?.ok) return { url, server };
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error('localstripe does not answer');
}

export async function startStripeShop() {
  const { url: stripe, server } = await startLocalstripe();
  const shop = await startShop({
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_public',
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    STRIPE_API_BASE: stripe,
    STRIPE_JS_URL: `${stripe}/js.stripe.com/v3/`,
  });
  await fetch(`${stripe}/_config/webhooks/shop`, {
    method: 'POST',
    body: JSON.stringify({ url: `${shop.url.replace('localhost', '127.0.0.1')}/webhooks/stripe`, secret: WEBHOOK_SECRET }),
  });
  return {
    url: shop.url,
    stripe,
    // What has been charged, as Stripe sees it.
    async charges() {
      const answer = await fetch(`${stripe}/v1/charges?limit=100`, { headers: { authorization: `Bearer ${SECRET_KEY}` } });
      return (await answer.json()).data.filter((charge) => charge.status === 'succeeded');
    },
    async stop() {
      await shop.stop();
      const ended = new Promise((exit) => server.once('exit', exit));
      server.kill('SIGTERM');
      await ended;
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
    await route.fulfill({ response, body: `(() => { ${await response.text()}\n${LACKING} })();` });
  });
  await page.route(`${stripe}/v1/payment_methods`, async (route) => {
    await route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${SECRET_KEY}` } });
  });
}
