import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, slow, unslow, Visitor } from './browser.ts';
import { startCloud, stopCloud } from './cloud.ts';
import { writeBytes } from './material.ts';

let browser: Browser;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'signet-crash-'));
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await rm(dir, { recursive: true });
});

it('dev killed in mid-upload and started again: the upload is finished, and the object is whole', async () => {
  const hash = await writeBytes(join(dir, 'crash.bin'), 96 * 1024 * 1024);
  const first = await startCloud(dir);
  const port = Number(new URL(first.cloud.site).port);
  const visitor = await Visitor.enter(browser, first.cloud.site);
  const { page } = visitor;
  await visitor.signIn('alice');
  await slow(visitor, 12 * 1024 * 1024);

  const stored = new Set<string>();
  const sent: string[] = [];
  const part = (request: Request) => new URL(request.url()).searchParams.get('partNumber') ?? '';
  page.on('requestfinished', (request) => {
    if (request.method() === 'PUT') stored.add(part(request));
  });
  await visitor.choose([join(dir, 'crash.bin')]);
  await expect.poll(() => stored.size, { timeout: 20_000 }).toBeGreaterThan(2);
  await stopCloud(first.process, 'SIGKILL');

  const second = await startCloud(dir, { port });
  try {
    await unslow(visitor);
    await page.reload();
    await page.locator('.uppy-Dashboard').waitFor();
    const before = new Set(stored);
    page.on('request', (request) => {
      if (request.method() === 'PUT') sent.push(part(request));
    });
    await visitor.choose([join(dir, 'crash.bin')]);
    await visitor.uploaded();
    expect(sent.filter((n) => before.has(n))).toEqual([]);
    expect((await visitor.download('crash.bin')).sha256).toBe(hash);
    await visitor.context.close();
  } finally {
    await stopCloud(second.process);
  }
});
