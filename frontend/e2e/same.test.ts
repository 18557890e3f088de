import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Request } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { base32 } from '../src/engine/base32.ts';
import { sha256, Visitor } from './browser.ts';
import { connect } from './cloud.ts';
import { write } from './material.ts';
import { setStage } from './stage.ts';

// "Was there already" is only said when it is true, and what differs is stored, however much it looks the same.

const MiB = 1024 * 1024;
const cloud = connect(inject('cloud'));
const stage = setStage();

interface Version {
  key: string;
  versionId?: string;
  size: number;
}

/** A signed PUT. */
interface Signed {
  key: string;
  url: string;
  headers: Record<string, string>;
}

/** All versions of the name that a file has in "my files". */
async function versions(visitor: Visitor, name: string): Promise<Version[]> {
  const key = (await visitor.row(name).first().getAttribute('data-key')) ?? '';
  return (await visitor.call<{ versions: Version[] }>('GET', `/files/versions?${new URLSearchParams({ key })}`))
    .versions;
}

/** SHA-256 of what is stored of them. */
function hashes(visitor: Visitor, all: Version[]): Promise<string[]> {
  return Promise.all(
    all.map(async ({ key, versionId }) => {
      const query = new URLSearchParams({ key, ...(versionId ? { versionId } : {}) });
      const { url } = await visitor.call<{ url: string }>('GET', `/files/url?${query}`);
      const digest = await crypto.subtle.digest('SHA-256', await (await fetch(url)).arrayBuffer());
      return Buffer.from(digest).toString('hex');
    }),
  );
}

/** Counts the bytes that the page has its worker read from now on. Before the page is loaded. */
async function countReads({ page }: Visitor): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    Object.assign(window, { bytesRead: 0 });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: { question?: { piece: Blob } }) {
      (window as unknown as { bytesRead: number }).bytesRead += message.question?.piece.size ?? 0;
      post.call(this, message);
    };
  });
  return () => page.evaluate(() => (window as unknown as { bytesRead: number }).bytesRead);
}

function countParts({ page }: Visitor): () => number {
  let parts = 0;
  page.on('request', (request: Request) => {
    if (request.method() === 'PUT') parts++;
  });
  return () => parts;
}

it('a file of 20 MiB that was changed in place is stored, and its old bytes stay a version; the same again is compared', async () => {
  const file = join(stage.dir, 'vault.hc');
  const content = randomBytes(20 * MiB);
  await write(file, content);
  const before = await sha256(file);
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  const read = await countReads(visitor);
  await visitor.signIn('alice');
  await visitor.choose([file]);
  await visitor.uploaded();
  await visitor.done();

  // Size and time are kept, and what is sampled is the same.
  content.set(randomBytes(4096), 3 * MiB);
  await write(file, content);
  const after = await sha256(file);
  await visitor.choose([file]);
  await visitor.uploaded();
  await visitor.hears('vault.hc is uploaded');
  await visitor.sending('vault.hc').getByText('2 versions of vault.hc').waitFor();
  await expect.poll(() => visitor.row('vault.hc').count()).toBe(2);
  expect(await hashes(visitor, await versions(visitor, 'vault.hc'))).toEqual([after, before]);
  await visitor.done();

  const parts = countParts(visitor);
  for (let n = 0; n < 2; n++) {
    const before = await read();
    await visitor.choose([file]);
    await visitor.uploaded();
    await visitor.hears('vault.hc was already there; nothing had to be sent');
    expect((await read()) - before).toBe(20 * MiB);
    await visitor.done();
  }
  expect(parts()).toBe(0);
  expect(await versions(visitor, 'vault.hc')).toHaveLength(2);
  await visitor.leave();
});

it.each([
  ['in two folders of one drop', 'a', (visitor: Visitor, dir: string) => visitor.drop([dir])],
  [
    'chosen at once, of one name',
    'b',
    (visitor: Visitor, dir: string) => visitor.choose(['one', 'two'].map((folder) => join(dir, folder, 'disk.img'))),
  ],
] as const)('two files of 20 MiB that look alike, %s, are both stored', async (_, name, give) => {
  const dir = join(stage.dir, name);
  const content = randomBytes(20 * MiB);
  const sums: string[] = [];
  for (const folder of ['one', 'two']) {
    await mkdir(join(dir, folder), { recursive: true });
    await write(join(dir, folder, 'disk.img'), content);
    sums.push(await sha256(join(dir, folder, 'disk.img')));
    content.set(randomBytes(4096), 3 * MiB);
  }
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  await visitor.signIn('bob');
  await give(visitor, dir);
  await visitor.uploaded();
  await visitor.hears('2 files are uploaded');
  const query = new URLSearchParams({ recursive: 'true', search: 'disk.img' });
  const { files } = await visitor.call<{ files: Version[] }>('GET', `/files?${query}`);
  expect((await hashes(visitor, files)).toSorted()).toEqual(sums.toSorted());
  for (const { key } of files) await visitor.call('POST', '/files/delete', { keys: [key] });
  await visitor.leave();
});

it('the same small file by the page and by PUT is one object', async () => {
  const file = join(stage.dir, 'five.txt');
  const body = randomBytes(5000);
  await write(file, body);
  const digest = createHash('sha256').update(body).digest();
  const id = `h${base32(digest).slice(0, 26)}`;
  const checksum = { sha256: digest.toString('base64') };
  const request = { name: 'five.txt', type: 'text/plain', size: body.length, id, checksum };
  const { key, url, headers } = await cloud.call<Signed>('POST', '/presign', request);

  const visitor = await Visitor.enter(stage.browser, cloud.site);
  await visitor.signIn('alice');
  await visitor.choose([file]);
  await visitor.uploaded();
  await visitor.row('five.txt').waitFor();
  expect(await visitor.row('five.txt').getAttribute('data-key')).toBe(key);
  // Signed before the page came, sent after it; and signed after it. S3 itself says that it is there.
  expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(412);
  const again = await cloud.call<Signed>('POST', '/presign', request);
  expect(again.key).toBe(key);
  expect((await fetch(again.url, { method: 'PUT', headers: again.headers, body })).status).toBe(412);
  expect(await versions(visitor, 'five.txt')).toHaveLength(1);
  await visitor.leave();
});

it('the older file of a name is offered to be deleted, and only that goes', async () => {
  const file = join(stage.dir, 'report.txt');
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  const { page } = visitor;
  await visitor.signIn('bob');
  for (const text of ['first', 'second']) {
    await write(file, text);
    await visitor.choose([file]);
    await visitor.uploaded();
    await visitor.hears('report.txt is uploaded');
    await expect.poll(() => visitor.row('report.txt').count()).toBe(text === 'first' ? 1 : 2);
    if (text === 'first') await visitor.done();
  }
  await visitor.sending('report.txt').getByText('2 versions of report.txt').waitFor();
  const offer = visitor.sending('report.txt').getByRole('button', { name: 'Delete the older one of report.txt' });
  await offer.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect(
    await visitor
      .row('report.txt')
      .getByRole('button', { name: /^Download/ })
      .count(),
  ).toBe(2);
  await offer.click();
  await page.getByRole('dialog').getByText('report.txt, 5 B, stored').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await visitor.hears('The older report.txt is deleted');
  expect(await offer.count()).toBe(0);
  await visitor.row('report.txt').getByRole('button', { name: /^Undo/ }).waitFor();
  expect(
    await visitor
      .row('report.txt')
      .getByRole('button', { name: /^Download/ })
      .count(),
  ).toBe(1);

  // A third one and more: nothing is offered where it is not one that is meant.
  await visitor.row('report.txt').getByRole('button', { name: /^Undo/ }).click();
  await visitor.done();
  await write(file, 'third');
  await visitor.choose([file]);
  await visitor.sending('report.txt').getByText('3 versions of report.txt').waitFor();
  expect(await page.locator('.upload-offer:visible').count()).toBe(0);
  await visitor.leave();
});
