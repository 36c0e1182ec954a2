// One-time codes: what an app would show (TOTP, RFC 6238: SHA-1, six digits, half a minute), for a key in base 32.
import { createHmac } from 'node:crypto';
import { expect } from '@playwright/test';
import { PASSWORD, passwordField, signIn } from './account.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// The code of now, or of so many half minutes later.
export function codeOf(key, later = 0) {
  const bits = [...key.replace(/\s/g, '')].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac('sha1', bytes).update(step).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

const heading = (page, name) => page.getByRole('heading', { name, level: 1, exact: true });

// A form that is folded away until it is wanted.
export async function unfold(page, name) {
  const fold = page.locator('details', { has: page.locator('summary', { hasText: name }) });
  await fold.locator('summary').click();
  return fold;
}

// Sets one-time codes up: the key, and the recovery codes.
export async function setUpCodes(shop, password = PASSWORD) {
  const { page } = shop;
  await shop.open('/account/security');
  const fold = await unfold(page, 'Set up codes');
  await passwordField(fold).fill(password);
  await fold.getByRole('button', { name: 'Continue' }).click();
  await expect(heading(page, 'Set up one-time codes')).toBeVisible();
  await shop.isAlive();
  await expect(page.getByRole('img', { name: 'QR code with the key for your app' })).toBeVisible();
  const key = await page.locator('.code-key').innerText();
  // Not in the last seconds of a turn: the code before it would be two turns old when it arrives.
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 5_000) await page.waitForTimeout(left + 100);
  // The code before this one's turn is taken as well; what comes later then needs no waiting.
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codeOf(key, -1));
  await page.getByRole('button', { name: 'Switch on' }).click();
  await expect(heading(page, 'Your recovery codes')).toBeVisible();
  const codes = await page.getByRole('list', { name: 'Your recovery codes' }).getByRole('listitem').allInnerTexts();
  return { key, codes };
}

export async function signInWithCode(shop, email, code, isRecovery, password = PASSWORD) {
  const { page } = shop;
  await signIn(shop, email, password);
  await expect(heading(page, 'Enter your code')).toBeVisible();
  await shop.isAlive();
  if (isRecovery) {
    await page.getByRole('link', { name: 'Use a recovery code' }).click();
    await expect(page.getByRole('textbox', { name: 'Recovery code' })).toBeVisible();
    await shop.isAlive();
  }
  await page.getByRole('textbox', { name: isRecovery ? 'Recovery code' : 'Code', exact: true }).fill(code);
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
}
