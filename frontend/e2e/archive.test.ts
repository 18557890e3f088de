import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Download, Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { launchProfile, sha256, Visitor } from './browser.ts';
import { binary } from './cloud.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const run = promisify(execFile);
const cloud = inject('cloud');
const stage = setStage();
const MiB = 1024 ** 2;
/** Of each of three large files: so much that an archive in memory would be seen, or, where time is no matter, more. */
const LARGE = (process.env.FULL ? 1024 : 256) * MiB;

async function put(folder: string): Promise<void> {
  const env = { ...process.env, SIGNET_API: cloud.api, SIGNET_TOKEN: cloud.token };
  await run(binary, ['put', '-r', '-q', folder], { env, maxBuffer: 1 << 25 });
}

/** Unpacks an archive as any other program would. */
async function unpack(archive: string, to: string): Promise<void> {
  await run('python3', ['-m', 'zipfile', '-e', archive, to]);
}

async function downloaded(page: Page, act: () => Promise<void>): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 240_000 }), act()]);
  return download;
}

/** Bytes of memory that the page's own process has. */
async function memory(page: Page): Promise<number> {
  const devtools = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo = [] } = (await devtools?.send('SystemInfo.getProcessInfo')) ?? {};
  await devtools?.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(async ({ id }) => Number((await readFile(`/proc/${id}/statm`, 'utf8')).split(' ')[1]) * 4096);
  return Math.max(0, ...(await Promise.all(sizes)));
}

it('several files and a folder come as one ZIP: what is in it is the same, under its own paths', async () => {
  const folder = join(stage.dir, 'zip');
  const files = {
    'a.txt': 'a',
    '한글 이름.txt': 'b',
    'in/a.txt': 'c',
    'in/deep/empty.txt': '',
    'in/deep/d & e.txt': 'd',
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  await put(folder);
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.goto(`${cloud.site}#files/zip`);
  await visitor.row('a.txt').waitFor();
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  const whole = await downloaded(page, () =>
    page.locator('.files-chosen').getByRole('button', { name: 'Download' }).click(),
  );
  expect(whole.suggestedFilename()).toBe('zip.zip');
  await unpack(await whole.path(), join(stage.dir, 'whole'));
  for (const [path, content] of Object.entries(files)) {
    expect(await readFile(join(stage.dir, 'whole', path), 'utf8')).toBe(content);
  }
  await visitor.hears('zip.zip with 5 files is ready');

  const part = await downloaded(page, () => page.getByRole('button', { name: 'Download in', exact: true }).click());
  expect(part.suggestedFilename()).toBe('in.zip');
  await unpack(await part.path(), join(stage.dir, 'part'));
  expect(await readFile(join(stage.dir, 'part', 'in', 'a.txt'), 'utf8')).toBe('c');
  await visitor.leave();
});

it.each([
  [
    'pages cannot write private files, but workers can, as in Safari before 26',
    'in a worker',
    () => {
      // biome-ignore lint/suspicious/noExplicitAny: a browser that lacks it.
      delete (FileSystemFileHandle.prototype as any).createWritable;
    },
  ],
  [
    'there are no private files and nothing to choose, as in private windows and WebKitGTK',
    'in memory',
    () => {
      Object.defineProperty(navigator, 'storage', { value: undefined });
      Object.defineProperty(window, 'showSaveFilePicker', { value: undefined });
    },
  ],
])('a ZIP is made where %s: %s', async (_, place, lack) => {
  const name = `zip ${place}`;
  const folder = join(stage.dir, name);
  await mkdir(folder);
  const hash = await writeBytes(join(folder, 'large.bin'), 20 * MiB);
  await writeFile(join(folder, 'small.txt'), 'small');
  await put(folder);
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.addInitScript(lack);
  await page.goto(`${cloud.site}?${encodeURIComponent(place)}#files/${encodeURIComponent(name)}`);
  await visitor.row('small.txt').waitFor();
  let workers = 0;
  page.on('worker', () => workers++);
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  const download = page.locator('.files-chosen').getByRole('button', { name: 'Download' });
  const whole = await downloaded(page, () => download.click());
  await unpack(await whole.path(), join(stage.dir, `${name} unpacked`));
  expect(await sha256(join(stage.dir, `${name} unpacked`, 'large.bin'))).toBe(hash);
  expect(workers).toBe(place === 'in a worker' ? 1 : 0);
  await visitor.leave();
});

it('a ZIP goes on where the line broke off, and is not made of a file that cannot be read', async () => {
  const folder = join(stage.dir, 'broken');
  await mkdir(folder);
  const hash = await writeBytes(join(folder, 'large.bin'), 24 * MiB);
  await writeFile(join(folder, 'small.txt'), 'small');
  await put(folder);
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.goto(`${cloud.site}#files/broken`);
  await visitor.row('small.txt').waitFor();
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  const download = page.locator('.files-chosen').getByRole('button', { name: 'Download' });
  let times = 0;
  await page.route('**/large~*', async (route) => {
    const { range } = route.request().headers();
    if (times++ > 0 || range) return route.continue();
    // The first answer ends before its length.
    const answer = await route.fetch();
    const body = (await answer.body()).subarray(0, 5 * MiB);
    return route.fulfill({
      status: 200,
      headers: { ...answer.headers(), 'content-length': String(body.length) },
      body,
    });
  });
  const whole = await downloaded(page, () => download.click());
  await unpack(await whole.path(), join(stage.dir, 'mended'));
  expect(await sha256(join(stage.dir, 'mended', 'large.bin'))).toBe(hash);
  expect(times).toBeGreaterThan(1);

  await page.unrouteAll();
  await page.route('**/small~*', (route) => route.fulfill({ status: 404, body: '' }));
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  let saved = false;
  page.on('download', () => {
    saved = true;
  });
  await download.click();
  await page.locator('.notice-bad').getByText('small.txt could not be downloaded').waitFor();
  expect(saved).toBe(false);
  expect(await page.locator('.archive').count()).toBe(0);
  await visitor.leave();
});

it('whoever leaves while a ZIP is made is asked, and afterwards not', async () => {
  const folder = join(stage.dir, 'leaving');
  await mkdir(folder);
  for (const name of ['one.txt', 'held.txt']) await writeFile(join(folder, name), name);
  await put(folder);
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.goto(`${cloud.site}#files/leaving`);
  await visitor.row('held.txt').waitFor();
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  await page.route('**/held~*', () => {}); // no answer comes
  await page.locator('.files-chosen').getByRole('button', { name: 'Download' }).click();
  await page.locator('.archive').waitFor();
  const asking = page.waitForEvent('dialog');
  const leaving = page.evaluate(() => location.reload());
  const question = await asking;
  expect(question.type()).toBe('beforeunload');
  await question.dismiss();
  await leaving;

  await page.getByRole('button', { name: 'Stop downloading leaving.zip' }).click();
  await page.locator('.archive').waitFor({ state: 'detached' });
  let asked = false;
  page.on('dialog', (dialog) => {
    asked = true;
    void dialog.accept();
  });
  await page.reload();
  await visitor.row('held.txt').waitFor();
  expect(asked).toBe(false);
  await visitor.leave();
});

it(`a ZIP of 3 × ${LARGE / MiB} MiB takes no memory, and is whole`, { timeout: 600_000 }, async () => {
  const folder = join(stage.dir, 'huge');
  await mkdir(folder);
  const hashes = new Map<string, string>();
  for (const name of ['one.bin', 'two.bin', 'three.bin']) hashes.set(name, await writeBytes(join(folder, name), LARGE));
  await put(folder);
  await rm(folder, { recursive: true });
  const context = await launchProfile(join(stage.dir, 'profile'));
  const visitor = await Visitor.within(context, cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await page.goto(`${cloud.site}#files/huge`);
  await visitor.row('one.bin').waitFor();
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  const before = await memory(page);
  let most = 0;
  const sampling = setInterval(() => void memory(page).then((now) => (most = Math.max(most, now))), 250);
  const begun = performance.now();
  const download = await downloaded(page, () =>
    page.locator('.files-chosen').getByRole('button', { name: 'Download' }).click(),
  );
  const path = await download.path();
  clearInterval(sampling);
  const over = Math.round((most - before) / MiB);
  console.info(
    `${(3 * LARGE) / MiB} MiB in ${Math.round((performance.now() - begun) / 1000)} s, ${over} MiB over ${Math.round(before / MiB)}`,
  );
  expect(before).toBeGreaterThan(0);
  expect(over).toBeLessThanOrEqual(150);
  await unpack(path, join(stage.dir, 'unpacked'));
  for (const [name, hash] of hashes) expect(await sha256(join(stage.dir, 'unpacked', name))).toBe(hash);
  await context.close();
});
