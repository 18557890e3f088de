import { mkdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { BUDGET } from '../weight.ts';
import { slow, unslow, Visitor } from './browser.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const { site } = inject('cloud');
const stage = setStage();

/** Writes a file into a folder of its own, for two tests may want the same name. */
async function material(test: string, name: string, size: number): Promise<string> {
  await mkdir(join(stage.dir, test), { recursive: true });
  await writeBytes(join(stage.dir, test, name), size);
  return join(stage.dir, test, name);
}

/** The same of zeros, which take no room and no time. */
async function hollow(test: string, name: string, size: number): Promise<string> {
  const path = await material(test, name, 0);
  await truncate(path, size);
  return path;
}

/** Starts to note what moves on the page by itself; answers a function that tells it, a line each. */
async function watchShifts(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    type Rectangle = { x: number; y: number; width: number; height: number };
    type Shift = { value: number; sources: { node?: Node; previousRect: Rectangle; currentRect: Rectangle }[] };
    const place = ({ x, y, width, height }: Rectangle) => `${x},${y} ${width}×${height}`;
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as unknown as Shift[]) {
        const moved = sources.map(({ node, previousRect, currentRect }) => {
          const element = node instanceof Element ? node : node?.parentElement;
          return `.${element?.className} from ${place(previousRect)} to ${place(currentRect)}`;
        });
        shifts.push(`${value}: ${moved.join('; ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.reload();
  return () => page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
}

it.each([
  [360, 'ko-KR'],
  [1100, 'en-US'],
] as const)(
  'nothing moves and nothing sticks out, %d pixels wide: loaded, uploading, uploaded, cleared',
  async (width, locale) => {
    const strip = `strip ${width}.bin`;
    const files = [
      await material(`still-${width}`, 'a very long name of a small file that has no room on any phone.txt', 999),
      await material(`still-${width}`, strip, 100 * MiB),
    ];
    const visitor = await Visitor.enter(stage.browser, site, { viewport: { width, height: 800 }, locale });
    const { page } = visitor;
    await visitor.signIn('alice');
    const shifts = await watchShifts(page);
    await page.locator('.files-count:not(:empty)').waitFor();
    await page.locator('.upload-body').waitFor();
    await slow(visitor, 16 * MiB);
    await visitor.choose(files);

    const row = visitor.sending(strip);
    const stored = row.locator('.strip-stored');
    // In this order: parts of one round end together, and for a moment none is on its way.
    await expect.poll(() => row.locator('.strip-flight').getAttribute('d')).not.toBe('');
    await expect.poll(() => stored.getAttribute('d')).not.toBe('');
    const bar = row.getByRole('progressbar', { name: strip });
    expect(await bar.getAttribute('aria-valuetext')).toMatch(/^\d+ %, .*12/);
    const box = await bar.boundingBox();
    expect(box?.width).toBeGreaterThan(width / 2);
    expect(box?.height).toBe(10);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);

    await unslow(visitor);
    await visitor.uploaded();
    await visitor.row(strip).waitFor();
    await visitor.done();
    await page.locator('.upload-body[data-state="empty"]').waitFor();
    expect(await shifts()).toEqual([]);

    // What is measured can be seen at all.
    await page.evaluate(() =>
      document.body.prepend(Object.assign(document.createElement('p'), { textContent: 'pushes' })),
    );
    await expect.poll(shifts).toHaveLength(1);
    await visitor.leave();
  },
);

it('all that somebody who is signed in loads fits into the budget', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  const weights: Promise<number>[] = [];
  page.on('response', (response) => {
    const { pathname, origin } = new URL(response.url());
    if (origin === new URL(site).origin && !pathname.startsWith('/api')) {
      weights.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
    }
  });
  await page.reload();
  await page.locator('.files-count:not(:empty)').waitFor();
  await visitor.choose([await material('budget', 'budget.bin', 65 * MiB)]);
  await visitor.uploaded();
  const total = (await Promise.all(weights)).reduce((sum, bytes) => sum + bytes, 0);
  console.info(`the page loads ${weights.length} files of ${total} bytes, compressed`);
  // Page, settings, style sheet, two scripts and a worker at least; else the wrong thing was weighed.
  expect(weights.length).toBeGreaterThanOrEqual(6);
  expect(total).toBeLessThanOrEqual(BUDGET);
  await visitor.leave();
});

it('each file is paused, resumed and cancelled by itself', async () => {
  const files = [await material('each', 'each one.bin', 72 * MiB), await hollow('each', 'each two.bin', 2000 * MiB)];
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await slow(visitor, 12 * MiB);
  await visitor.choose(files);
  const [one, two] = [visitor.sending('each one.bin'), visitor.sending('each two.bin')];
  await one.getByText(/of 72 MiB · .*\/s · .* left$/).waitFor();
  await one.getByRole('button', { name: 'Pause each one.bin' }).click();
  await one.getByText(/^Paused at/).waitFor();
  // What is nearly there still arrives; then it stays as it is.
  const shown = () => one.locator('.upload-text').textContent();
  let text = '';
  await expect
    .poll(
      async () => {
        const before = text;
        text = (await shown()) ?? '';
        return text === before;
      },
      { interval: 2000, timeout: 15_000 },
    )
    .toBe(true);
  await expect.poll(() => two.locator('.strip-stored').getAttribute('d')).not.toBe('');
  expect(await shown()).toBe(text);

  await two.getByRole('button', { name: 'Cancel each two.bin' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go on uploading' }).click();
  expect(await two.count()).toBe(1);
  await two.getByRole('button', { name: 'Cancel each two.bin' }).click();
  const aborted = page.waitForResponse((r) => r.request().method() === 'DELETE' && r.url().includes('/uploads?'));
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the upload' }).click();
  expect((await aborted).status()).toBe(204);
  await expect.poll(() => two.count()).toBe(0);

  await unslow(visitor);
  await one.getByRole('button', { name: 'Resume each one.bin' }).click();
  await visitor.uploaded();
  await visitor.row('each one.bin').waitFor();
  expect(await visitor.row('each two.bin').count()).toBe(0);
  await visitor.leave();
});

it('a file that failed says what to do, and is tried again by itself or with all others', async () => {
  const names = ['fail one.txt', 'fail two.txt', 'fail three.txt'];
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  const detail = 'got a full moon, want a new one: wait';
  const body = JSON.stringify({ code: 'TypeForbidden', detail });
  const answer = { status: 400, contentType: 'application/problem+json', body };
  await page.route('**/api/presign', (route) => route.fulfill(answer));
  await visitor.choose(await Promise.all(names.map((name, i) => material('fail', name, 1000 + i))));
  for (const name of names)
    await visitor.sending(name).getByText('Failed. Choose a file of an allowed type.').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain(detail);
  const notice = page.locator('.notice-bad');
  await notice.getByText('3 files were not uploaded').waitFor();
  expect(await notice.count()).toBe(1);
  // Announced once, however many fail, though the language changes.
  expect(await page.getByRole('alert').locator('p').count()).toBe(1);
  const said = await page.getByRole('alert').textContent();
  await page.locator('.language').selectOption('ko');
  await notice.getByText('파일 3개를 업로드하지 못했습니다').waitFor();
  expect(await page.getByRole('alert').textContent()).toBe(said);
  await page.locator('.language').selectOption('en');
  await visitor.sending('fail two.txt').getByRole('button', { name: 'Why? fail two.txt' }).click();
  const dialog = page.getByRole('dialog', { name: 'fail two.txt was not uploaded' });
  await dialog.getByText(detail).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.locator('.upload-body[data-state="failed"]').waitFor();

  await page.unrouteAll();
  await visitor.sending('fail one.txt').getByRole('button', { name: 'Try fail one.txt again' }).click();
  await visitor.hears('fail one.txt is uploaded');
  await notice.getByText('2 files were not uploaded').waitFor();
  await page.getByRole('button', { name: 'Try all failed ones again' }).click();
  await visitor.uploaded();
  await visitor.hears('2 files are uploaded');
  for (const name of names) await visitor.row(name).waitFor();
  expect(await notice.count()).toBe(0);
  expect(await page.getByRole('alert').textContent()).toBe('');
  await visitor.leave();
});

it('a file that failed may be chosen again', async () => {
  const file = await material('again', 'again.txt', 999);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.route('**/api/presign', (route) =>
    route.fulfill({ status: 400, contentType: 'application/problem+json', body: '{"code":"X","detail":"no"}' }),
  );
  await visitor.choose([file]);
  await page.locator('.upload-body[data-state="failed"]').waitFor();
  await page.unrouteAll();
  await visitor.choose([file]);
  await visitor.uploaded();
  await visitor.row('again.txt').waitFor();
  expect(await page.locator('.upload-row').count()).toBe(1);
  await visitor.leave();
});

it('without a connection the page says that it waits, and goes on by itself', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page, context } = visitor;
  await visitor.signIn('alice');
  await slow(visitor, 12 * MiB);
  await visitor.choose([await hollow('offline', 'waits.bin', 400 * MiB)]);
  const row = visitor.sending('waits.bin');
  await expect.poll(() => row.locator('.strip-stored').getAttribute('d')).not.toBe('');
  await unslow(visitor);
  await context.setOffline(true);
  const words = 'No connection. Goes on by itself when it is back.';
  await row.getByText(words).waitFor();
  await expect.poll(() => page.locator('.upload-totals').textContent()).toBe(words);
  await page.locator('.notices-status', { hasText: words }).waitFor();
  await context.setOffline(false);
  await visitor.uploaded();
  await visitor.leave();
});

it('files dropped anywhere on the page go up, and whoever leaves afterwards is not asked', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['dropped beside the target'], 'dropped.txt', { type: 'text/plain' }));
    const event = (type: string) => new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
    const under = document.querySelector('.header') as HTMLElement;
    under.dispatchEvent(event('dragover'));
    if (!document.querySelector('.upload-over')) throw new Error('got no mark of where files may fall');
    under.dispatchEvent(event('drop'));
  });
  await visitor.uploaded();
  await visitor.row('dropped.txt').waitFor();
  expect(await page.locator('.upload-over').count()).toBe(0);
  let asked = false;
  page.on('dialog', (dialog) => {
    asked = true;
    void dialog.accept();
  });
  await page.reload();
  await page.locator('.upload-body[data-state="empty"]').waitFor();
  expect(asked).toBe(false);
  await visitor.leave();
});
