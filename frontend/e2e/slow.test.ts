import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { sha256, slow, unslow, Visitor } from './browser.ts';
import { writeBytes } from './material.ts';
import { startScanner } from './scanner.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const { site } = inject('cloud');
const stage = setStage();

it('40 MiB at 2 MiB/s, paused in the middle: what was shown is stored, and only the rest is sent afterwards', async () => {
  const file = join(stage.dir, 'slow line.mov');
  await writeBytes(file, 40 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await slow(visitor, 2 * MiB);
  const stored = new Set<string>();
  page.on('response', (response) => {
    const part = new URL(response.url()).searchParams.get('partNumber');
    if (part && response.request().method() === 'PUT' && response.ok()) stored.add(part);
  });
  await visitor.choose([file]);
  const shown = async () => {
    const text = (await visitor.sending('slow line.mov').textContent()) ?? '';
    return Number(/([\d.]+) MiB of 40 MiB/.exec(text)?.[1] ?? 0);
  };
  await expect.poll(shown, { timeout: 40_000 }).toBeGreaterThan(19);
  const before = await shown();
  await page.getByRole('button', { name: 'Pause all' }).click();
  await expect.poll(() => stored.size * 8, { timeout: 15_000 }).toBeGreaterThan(before * 0.8);
  await expect.poll(async () => (await shown()) - stored.size * 8).toBe(0);

  await unslow(visitor);
  const kept = [...stored];
  const again: string[] = [];
  page.on('request', (request) => {
    const part = new URL(request.url()).searchParams.get('partNumber');
    if (part && request.method() === 'PUT') again.push(part);
  });
  await page.getByRole('button', { name: 'Resume all' }).click();
  await visitor.uploaded();
  expect(again.filter((part) => kept.includes(part))).toEqual([]);
  expect((await visitor.download('slow line.mov')).sha256).toBe(await sha256(file));
  await visitor.leave();
});

it('12 MiB over a line too slow to carry them in a minute go in parts', async () => {
  const file = join(stage.dir, 'slides.pdf');
  await writeBytes(file, 12 * MiB);
  const visitor = await Visitor.enter(stage.browser, site);
  await visitor.signIn('bob');
  await slow(visitor, MiB / 8);
  const part = visitor.page.waitForRequest((request) => request.url().includes('partNumber=1'), { timeout: 40_000 });
  await visitor.choose([file]);
  await part;
  await unslow(visitor);
  await visitor.uploaded();
  expect((await visitor.download('slides.pdf')).sha256).toBe(await sha256(file));
  await visitor.leave();
});

it('a scanner that takes a body at once and passes it on at 1 Mbit/s is waited for: 10 MiB are sent once', {
  timeout: 180_000,
}, async () => {
  const file = join(stage.dir, 'scanned.bin');
  await writeBytes(file, 10 * MiB);
  const scanner = await startScanner(125_000);
  const proxy = { server: `http://127.0.0.1:${scanner.port}`, bypass: '<-loopback>' };
  const visitor = await Visitor.enter(stage.browser, site, { proxy });
  try {
    await visitor.signIn('bob');
    await visitor.choose([file]);
    await visitor.page.locator('.upload-body[data-state="done"]').waitFor({ timeout: 150_000 });
    expect(scanner.large()).toBe(1);
    await visitor.leave();
  } finally {
    scanner.stop();
  }
});
