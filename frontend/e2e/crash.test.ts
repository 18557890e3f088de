import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Request } from 'playwright-core';
import { expect, it } from 'vitest';
import { slow, unslow, Visitor } from './browser.ts';
import { startCloud } from './cloud.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const stage = setStage();

/** Part numbers in the order of sending, and those that S3 has said it holds. */
interface Parts {
  sent: string[];
  stored: Set<string>;
}

function watchParts({ page }: Visitor): Parts {
  const parts: Parts = { sent: [], stored: new Set() };
  const number = (request: Request) => new URL(request.url()).searchParams.get('partNumber') ?? '';
  page.on('request', (request) => {
    if (request.method() === 'PUT') parts.sent.push(number(request));
  });
  page.on('response', (response) => {
    if (response.request().method() === 'PUT' && response.ok()) parts.stored.add(number(response.request()));
  });
  return parts;
}

/** Starts a cloud in a folder of its own, kills it when a few parts of an upload are stored, and starts it again where it was. */
async function crash(name: string) {
  const file = join(stage.dir, name, 'crash.bin');
  await mkdir(join(stage.dir, name));
  const hash = await writeBytes(file, 96 * MiB);
  const cloud = await startCloud();
  const { site, s3 } = cloud;
  const visitor = await Visitor.enter(stage.browser, site);
  await visitor.signIn('alice');
  await slow(visitor, 12 * MiB);
  const parts = watchParts(visitor);
  await visitor.choose([file]);
  await expect.poll(() => parts.stored.size).toBeGreaterThan(2);

  // The page must notice: a request of it fails, and only then is there something to go on with.
  const noticed = visitor.page.waitForEvent('requestfailed');
  let before = new Set<string>();
  const meanwhile = async () => {
    await noticed;
    before = new Set(parts.stored);
    parts.sent.length = 0;
  };
  await cloud.restart({ signal: 'SIGKILL', meanwhile });
  expect({ site: cloud.site, s3: cloud.s3 }).toEqual({ site, s3 });
  await unslow(visitor);
  return { visitor, file, hash, parts, before, cloud };
}

it('dev killed in mid-upload and started again: the open page goes on by itself, and the object is whole', async () => {
  const { visitor, hash, parts, before, cloud } = await crash('open');
  try {
    await visitor.uploaded();
    expect(parts.sent.filter((n) => before.has(n))).toEqual([]);
    expect((await visitor.download('crash.bin')).sha256).toBe(hash);
    await visitor.context.close();
  } finally {
    await cloud.stop();
  }
});

it('dev killed in mid-upload and started again: a page loaded anew finishes the upload', async () => {
  const { visitor, file, hash, parts, before, cloud } = await crash('anew');
  const { page } = visitor;
  try {
    page.on('dialog', (dialog) => dialog.accept());
    await page.reload();
    await page.locator('.upload-body').waitFor();
    parts.sent.length = 0;
    await visitor.choose([file]);
    await visitor.uploaded();
    expect(parts.sent.filter((n) => before.has(n))).toEqual([]);
    expect((await visitor.download('crash.bin')).sha256).toBe(hash);
    await visitor.context.close();
  } finally {
    await cloud.stop();
  }
});
