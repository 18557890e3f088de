import { setTimeout } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import args from '../../../../frontend/e2e/chromium.json' with { type: 'json' };
import type { How, Result } from '../../page/page.ts';
import type { Session } from './tokens.ts';

/** Debian's Chromium, kept from calling home. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
}

/** A profile of its own, whose pages get tokens of `session`. */
export async function profile(browser: Browser, session: Session): Promise<BrowserContext> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  await context.exposeFunction('signetToken', () => session.token());
  await context.exposeFunction('signetRenew', () => session.renew());
  return context;
}

/**
 * Milliseconds that a page is left alone before it is used, as a person leaves it. A profile's processes go on starting
 * after the page is ready: on two cores, 6 MiB took twice as long, and half as long again in one run as in the next.
 */
export const SETTLE = 700;

/** Opens a page of ours and gives it files, as the file dialog would. */
async function open(context: BrowserContext, address: string, ready: string, files: string[]): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(ready);
  await page.locator('input').setInputFiles(files);
  await setTimeout(SETTLE);
  return page;
}

/** Signet's page with files chosen. */
export function openSignet(context: BrowserContext, origin: string, files: string[]): Promise<Page> {
  return open(context, `${origin}/signet/`, 'globalThis.signetReady', files);
}

/** Uploads what is chosen in Signet's page, to one of the bucket's hosts unless told otherwise. Rejects when the page dies. */
export function runSignet(page: Page, how: How = {}): Promise<Result> {
  return page.evaluate((how) => window.signetUpload(how), { hosts: 1 as const, ...how });
}

/** What the page of bench/peers/uppy answers. */
export interface UppyResult {
  milliseconds: number;
  successful: { name: string }[];
  failed: { name: string; error: string }[];
}

/** The peers' page with files chosen. */
export function openUppy(context: BrowserContext, origin: string, files: string[]): Promise<Page> {
  return open(context, `${origin}/uppy/`, 'globalThis.uppyReady', files);
}

/** Uploads what is chosen in the peers' page. */
export function runUppy(page: Page, version: 5 | 6, companionEndpoint: string): Promise<UppyResult> {
  const task = JSON.stringify({ version, companionEndpoint });
  return page.evaluate(`globalThis.uppyPeer(${task})`) as Promise<UppyResult>;
}

/** Kills a page's renderer, as a crash or a full memory does. */
export async function crash(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const crashed = new Promise<void>((resolve) => page.once('crash', () => resolve()));
  // It never answers: who would?
  devtools.send('Page.crash').catch(() => {});
  await crashed;
  await page.close();
}
