import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Request } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { slow, unslow, Visitor } from './browser.ts';
import { writeBytes, writeFolder } from './material.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const { site } = inject('cloud');
const stage = setStage();

/** Requests that carry bytes to S3. */
const isPut = (request: Request) => request.method() === 'PUT';

it('files of every kind of size and name go up and come back the same', async () => {
  const files = [
    { name: 'empty.txt', size: 0 },
    { name: 'one.txt', size: 1 },
    { name: 'five.bin', size: 5 * MiB },
    { name: 'parts.bin', size: 64 * MiB + 1 },
    { name: '큰 파일 (1)+ß%20.bin', size: 70_001 },
    { name: '..\\evil.html', stored: 'evil.html', size: 333 },
    { name: `${'가'.repeat(82)}.bin`, stored: `${'가'.repeat(65)}.bin`, size: 444 },
  ];
  const hashes = new Map<string, string>();
  for (const { name, stored = name, size } of files) hashes.set(stored, await writeBytes(join(stage.dir, name), size));

  const visitor = await Visitor.enter(stage.browser, site);
  await visitor.signIn('alice');
  await visitor.choose(files.map(({ name }) => join(stage.dir, name)));
  await visitor.uploaded();
  await visitor.hears(`${files.length} files are uploaded`);

  for (const [name, sha256] of hashes) {
    const saved = await visitor.download(name);
    expect({ name, sha256: saved.sha256 }).toEqual({ name, sha256 });
  }
  await visitor.leave();
});

it('a folder of 200 files is signed in two calls at most, and every file is there', async () => {
  const folder = join(stage.dir, 'folder');
  await writeFolder(folder, 200);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  let signed = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/presign')) signed++;
  });
  await visitor.chooseFolder(folder);
  await visitor.uploaded();
  expect(signed).toBeLessThanOrEqual(2);

  // What is up is one line, which opens.
  const fold = page.getByRole('button', { name: '200 files uploaded' });
  expect(await fold.getAttribute('aria-expanded')).toBe('false');
  expect(await page.locator('.upload-row').count()).toBe(1);
  await fold.focus();
  await page.keyboard.press('Enter');
  // Only rows that can be seen are drawn, and each is there once it is scrolled to.
  await expect.poll(() => page.locator('.upload-row').count()).toBeGreaterThan(4);
  expect(await page.locator('.upload-row').count()).toBeLessThan(20);
  expect(await fold.evaluate((node) => node === document.activeElement)).toBe(true);
  await page.locator('.upload-list').evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await page.locator('.upload-row[aria-posinset="201"][aria-setsize="201"]').waitFor();
  expect(await page.locator('.upload-row').count()).toBeLessThan(20);

  const shown = page.locator('tr.row').filter({ hasText: /^small-\d{3}\.txt/ });
  for (const folder of ['folder', 'inner']) {
    await page.getByRole('link', { name: folder, exact: true }).click();
    await expect.poll(() => shown.count(), { timeout: 30_000 }).toBe(100);
  }
  await visitor.leave();
});

it('300 MiB pass without the page growing to 300 MB', async () => {
  const hash = await writeBytes(join(stage.dir, 'large.bin'), 300 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  await visitor.signIn('bob');
  await visitor.choose([join(stage.dir, 'large.bin')]);
  await visitor.uploaded();
  const memory = await peakMemory(visitor);
  console.info(
    `page memory for 300 MiB: heap ${memory.heap / 1e6} MB, peak of the renderer ${memory.renderer / 1e6} MB`,
  );
  expect(memory.renderer).toBeLessThan(300e6);

  const saved = await visitor.download('large.bin');
  expect(saved.sha256).toBe(hash);
  await visitor.leave();
});

/** Bytes: JavaScript's heap now, and the most that the page's own process has ever had resident (VmHWM), libraries included. */
async function peakMemory({ context, page }: Visitor): Promise<{ heap: number; renderer: number }> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  const system = await stage.browser.newBrowserCDPSession();
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const peaks: number[] = [];
  for (const { type, id } of processInfo) {
    if (type !== 'renderer') continue;
    const status = await readFile(`/proc/${id}/status`, 'utf8');
    peaks.push(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024);
  }
  await system.detach();
  return { heap, renderer: Math.max(...peaks) };
}

it('pause stops, resume goes on with what is missing, and nothing that is stored is sent twice', async () => {
  const hash = await writeBytes(join(stage.dir, 'paused.bin'), 96 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await slow(visitor, 12 * MiB);

  const stored: string[] = [];
  const flying = new Set<Request>();
  page.on('request', (request) => {
    if (isPut(request)) flying.add(request);
  });
  page.on('requestfailed', (request) => flying.delete(request));
  page.on('requestfinished', (request) => {
    if (flying.delete(request)) stored.push(new URL(request.url()).searchParams.get('partNumber') ?? '');
  });
  await visitor.choose([join(stage.dir, 'paused.bin')]);
  await expect.poll(() => stored.length).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Pause all' }).click();
  await visitor
    .sending('paused.bin')
    .getByText(/^Paused at/)
    .waitFor();
  await expect.poll(() => flying.size).toBe(0);
  expect(stored.length).toBeLessThan(12);

  await unslow(visitor);
  await page.getByRole('button', { name: 'Resume all' }).click();
  await visitor.uploaded();
  // A part whose answer the pause has cut may be stored: then it is not sent again either.
  expect(new Set(stored).size).toBe(stored.length);
  expect((await visitor.download('paused.bin')).sha256).toBe(hash);
  await visitor.leave();
});

it('an upload that a closed tab broke off goes on in another browser profile', async () => {
  const hash = await writeBytes(join(stage.dir, 'broken.bin'), 96 * MiB);
  const first = await Visitor.enter(stage.browser, site);
  await first.signIn('bob');
  await slow(first, 12 * MiB);
  const stored = new Set<string>();
  const part = (request: Request) => new URL(request.url()).searchParams.get('partNumber') ?? '';
  first.page.on('requestfinished', (request) => {
    if (isPut(request)) stored.add(part(request));
  });
  await first.choose([join(stage.dir, 'broken.bin')]);
  await expect.poll(() => stored.size).toBeGreaterThan(2);

  // Whoever closes the tab is asked first.
  const asked = first.page.waitForEvent('dialog');
  await first.page.close({ runBeforeUnload: true });
  const question = await asked;
  expect(question.type()).toBe('beforeunload');
  await question.accept();
  await first.context.close();

  const second = await Visitor.enter(stage.browser, site);
  await second.signIn('bob');
  const sent: string[] = [];
  second.page.on('request', (request) => {
    if (isPut(request)) sent.push(part(request));
  });
  await second.choose([join(stage.dir, 'broken.bin')]);
  await second.uploaded();
  expect(sent.filter((n) => stored.has(n))).toEqual([]);
  expect((await second.download('broken.bin')).sha256).toBe(hash);
  await second.leave();
});

it('cancel leaves nothing behind, and the same file sent again is whole', async () => {
  const hash = await writeBytes(join(stage.dir, 'cancelled.bin'), 200 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await slow(visitor, 12 * MiB);
  const stored: string[] = [];
  page.on('requestfinished', (request) => {
    if (isPut(request)) stored.push(request.url());
  });
  await visitor.choose([join(stage.dir, 'cancelled.bin')]);
  await expect.poll(() => stored.length).toBeGreaterThan(0);
  const aborted = page.waitForResponse((r) => r.request().method() === 'DELETE' && r.url().includes('/uploads?'));
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the upload' }).click();
  expect((await aborted).status()).toBe(204);
  await unslow(visitor);
  expect(await visitor.row('cancelled.bin').count()).toBe(0);

  await visitor.choose([join(stage.dir, 'cancelled.bin')]);
  await visitor.uploaded();
  expect((await visitor.download('cancelled.bin')).sha256).toBe(hash);
  await visitor.leave();
});

it('a file that is there already is not sent again', async () => {
  await mkdir(join(stage.dir, 'again'), { recursive: true });
  await writeBytes(join(stage.dir, 'again', 'same.bin'), 65 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  await visitor.signIn('bob');
  await visitor.choose([join(stage.dir, 'again', 'same.bin')]);
  await visitor.uploaded();
  await visitor.done();
  let puts = 0;
  visitor.page.on('request', (request) => {
    if (isPut(request)) puts++;
  });
  await visitor.choose([join(stage.dir, 'again', 'same.bin')]);
  await visitor.uploaded();
  await visitor.hears('same.bin was already there; nothing had to be sent');
  expect(puts).toBe(0);
  await visitor.leave();
});
