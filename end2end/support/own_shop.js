// A shop of a spec's own, for what concerns everybody in it: its settings, and who works there.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const PROGRAM = process.env.SHOP_TEST_PROGRAM ?? join(ROOT, 'target/release/ironmonger');

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function isReady(url, program) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (program.exitCode !== null) throw new Error(`the shop has stopped: ${program.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error('the shop does not get ready');
}

// Starts a demo shop on data of its own. `run` is its command line, `stop` ends it.
export async function startShop(settings = {}) {
  const [port, folder] = [await freePort(), mkdtempSync(join(tmpdir(), 'own-shop-'))];
  const url = `http://localhost:${port}`;
  const env = {
    PATH: process.env.PATH, LEPTOS_SITE_ADDR: `127.0.0.1:${port}`, SHOP_DATA_DIR: folder, DATABASE_URL: `sqlite:${folder}/shop.db`,
    SHOP_RATE_LIMIT: 'off', ...settings,
  };
  const program = spawn(PROGRAM, { cwd: ROOT, env, stdio: 'ignore' });
  await isReady(url, program);
  return {
    url,
    run: (...words) => execFileSync(PROGRAM, words, { cwd: ROOT, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    stop: async () => {
      const ended = new Promise((exit) => program.once('exit', exit));
      program.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
