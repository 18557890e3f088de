import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launch, slow, unslow, Visitor } from './browser.ts';

const { site } = inject('cloud');
let browser: Browser;
let dir: string;

beforeAll(async () => {
  // As every browser has it, and Playwright's by default has not.
  browser = await launch(['--disable-back-forward-cache']);
  dir = await mkdtemp(join(tmpdir(), 'signet-signout-'));
});

afterAll(async () => {
  await browser?.close();
  await rm(dir, { recursive: true });
});

it('"Back" after signing out shows nothing of who was signed in, and has no token', async () => {
  const visitor = await Visitor.enter(browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) sessionStorage.setItem('kept', document.getElementById('app')?.textContent ?? '');
    });
  });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  const used: string[] = [];
  page.on('request', (request) => used.push(request.headers().authorization ?? ''));
  await page.goBack({ waitUntil: 'commit' });
  // The browser did keep the page; else nothing was tried.
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('kept'))).not.toBeNull();
  expect(await page.evaluate(() => sessionStorage.getItem('kept'))).toBe('');
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await page.locator('body').textContent()).not.toContain('bob');
  expect(used.join('')).toBe('');
  await visitor.leave();
});

it('whoever signs out in mid-upload is asked first, and may stay signed in', async () => {
  const file = join(dir, 'under way.bin');
  await writeFile(file, '');
  await truncate(file, 64 * 1024 * 1024);
  const visitor = await Visitor.enter(browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await slow(visitor, 1024 * 1024);
  await visitor.choose([file]);
  await page.locator('.upload-body[data-state="uploading"]').waitFor();
  const signOut = page.locator('.header').getByRole('button', { name: 'Sign out' });
  const dialog = page.getByRole('dialog');
  await signOut.click();
  await dialog.getByRole('button', { name: 'Go on uploading' }).click();
  await unslow(visitor);
  await visitor.uploaded();
  await page.reload();
  await visitor.row('under way.bin').waitFor();

  await writeFile(file, 'x');
  await truncate(file, 64 * 1024 * 1024);
  await slow(visitor, 1024 * 1024);
  await visitor.choose([file]);
  await page.locator('.upload-body[data-state="uploading"]').waitFor();
  let browserAsked = false;
  page.on('dialog', (question) => {
    browserAsked = true;
    void question.accept();
  });
  await signOut.click();
  await dialog.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('access_token');
  expect(browserAsked).toBe(false);
  await visitor.leave();
});

it('a browser that keeps nothing for the page gets a sentence', async () => {
  const context = await browser.newContext({ locale: 'ko-KR' });
  await context.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    }
  });
  const page = await context.newPage();
  await page.goto(site);
  await page.getByRole('alert').getByText('쿠키와 사이트 데이터를 허용하세요').waitFor();
  await context.close();
});
