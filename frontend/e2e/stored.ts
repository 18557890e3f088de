import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { Visitor } from './browser.ts';
import type { StartedCloud } from './cloud.ts';
import { writeBytes } from './material.ts';
import type { Stage } from './stage.ts';

const MiB = 1024 * 1024;

/** SHA-256, in hex, of the file that alice has under a name, as S3 gives it back. */
export async function storedHash(cloud: Pick<StartedCloud, 'call'>, name: string, folder = ''): Promise<string> {
  const list = `/files?${new URLSearchParams({ folder, limit: '1000' })}`;
  const { files } = await cloud.call<{ files: { key: string; name: string }[] }>('GET', list);
  const key = files.find((file) => file.name === name)?.key ?? '';
  const { url } = await cloud.call<{ url: string }>('GET', `/files/url?${new URLSearchParams({ key })}`);
  const body = await (await fetch(url)).arrayBuffer();
  return Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex');
}

/**
 * Opens a page that says "stored" on its console for each file, sends it a small one and one in parts, and compares what
 * is stored. The files were read in one worker. `look` is at the page once both are there.
 */
export async function sendsFiles(
  stage: Stage,
  cloud: Pick<StartedCloud, 'call'>,
  address: string,
  name: string,
  { folder = '', look = async (_visitor: Visitor, _names: string[]) => {} } = {},
): Promise<void> {
  const files = [`${name} small.bin`, `${name} parts.bin`].map((file) => join(stage.dir, file));
  const hashes = [await writeBytes(files[0] ?? '', 1234), await writeBytes(files[1] ?? '', 70 * MiB)];
  const visitor = await Visitor.enter(stage.browser, address);
  const { page } = visitor;
  let workers = 0;
  page.on('worker', () => workers++);
  for (const [i, file] of files.entries()) {
    const stored = page.waitForEvent('console', (message) => message.text().startsWith('stored'));
    await page.locator('input[multiple]:not([webkitdirectory])').setInputFiles(file);
    expect((await stored).text()).not.toBe('stored 0');
    expect(await storedHash(cloud, basename(file), folder)).toBe(hashes[i]);
  }
  expect(workers).toBe(1);
  await look(
    visitor,
    files.map((file) => basename(file)),
  );
  await visitor.leave();
}
