import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import { slow, Visitor } from './browser.ts';
import { binary, connect } from './cloud.ts';
import { write, writeBytes, writeSite } from './material.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const stage = setStage();
const cloud = connect(inject('cloud'));

/** What `signet put --json` says of a file. */
interface Row {
  key: string;
  size: number;
  existed?: boolean;
  resumed?: number;
  sent?: number;
  error?: string;
}

const environment = { ...process.env, SIGNET_API: cloud.api, SIGNET_TOKEN: cloud.token };

function signet(...args: string[]): { process: ChildProcess; row: Promise<Row> } {
  const child = spawn(binary, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const row = once(child, 'close').then(() => JSON.parse(out || '{}') as Row);
  return { process: child, row };
}

/** Numbers of the parts that S3 holds of the unfinished upload of `name`. */
async function stored(name: string): Promise<Set<number>> {
  type Unfinished = { key: string; name: string; uploadId: string };
  const { uploads } = await cloud.call<{ uploads: Unfinished[] }>('GET', '/uploads');
  const upload = uploads.find((unfinished) => unfinished.name === name);
  if (!upload) return new Set();
  const query = new URLSearchParams({ key: upload.key, uploadId: upload.uploadId });
  const { parts } = await cloud.call<{ parts: { partNumber: number }[] }>('GET', `/uploads/parts?${query}`);
  return new Set(parts.map(({ partNumber }) => partNumber));
}

async function stopped(name: string): Promise<Set<number>> {
  // What was on its way may still arrive.
  for (let before = -1; ; ) {
    const parts = await stored(name);
    if (parts.size === before) return parts;
    before = parts.size;
    await wait(500);
  }
}

it('a folder sent by the page is known to signet put, file by file and path by path', async () => {
  const folder = join(stage.dir, 'shared');
  const paths = await writeSite(folder);
  await write(join(folder, 'large.bin'), randomBytes(20 * MiB));
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  await visitor.signIn('alice');
  await visitor.chooseFolder(folder);
  await visitor.uploaded();
  const all = await visitor.paths('shared');
  expect(all).toEqual([...paths, 'shared/large.bin'].sort());

  const args = ['put', '-r', '--json', folder];
  const { stdout } = await promisify(execFile)(binary, args, { env: environment });
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  expect(rows.map(({ existed }) => existed)).toEqual(Array(11).fill(true));
  expect(await visitor.paths('shared')).toEqual(all);
  await visitor.leave();
});

it('an upload begun in the page is finished by signet put, with no part sent twice', async () => {
  const file = join(stage.dir, 'page-first.bin');
  const hash = await writeBytes(file, 96 * MiB);
  const visitor = await Visitor.enter(stage.browser, cloud.site);
  await visitor.signIn('alice');
  await slow(visitor, 12 * MiB);
  await visitor.choose([file]);
  await expect.poll(async () => (await stored('page-first.bin')).size).toBeGreaterThan(2);
  await visitor.context.close();

  const parts = await stopped('page-first.bin');
  expect(parts.size).toBeLessThan(12);
  const row = await signet('put', '--json', file).row;
  expect(row).toMatchObject({ size: 96 * MiB, resumed: parts.size * 8 * MiB, sent: (12 - parts.size) * 8 * MiB });

  const again = await Visitor.enter(stage.browser, cloud.site);
  await again.signIn('alice');
  expect((await again.download('page-first.bin')).sha256).toBe(hash);
  await again.leave();
});

it('an upload begun by signet put and killed is finished in the page, with no part sent twice', async () => {
  const file = join(stage.dir, 'terminal-first.bin');
  const hash = await writeBytes(file, 400 * MiB);
  const first = signet('put', '--json', '--concurrency', '2', file);
  while ((await stored('terminal-first.bin')).size < 3) await wait(10);
  first.process.kill('SIGKILL');
  expect(await first.row).toEqual({});
  const parts = await stopped('terminal-first.bin');
  expect(parts.size).toBeLessThan(48);

  const visitor = await Visitor.enter(stage.browser, cloud.site);
  await visitor.signIn('alice');
  const sent: number[] = [];
  visitor.page.on('request', (request) => {
    if (request.method() === 'PUT') sent.push(Number(new URL(request.url()).searchParams.get('partNumber')));
  });
  await visitor.choose([file]);
  await visitor.uploaded();
  expect(sent.filter((n) => parts.has(n))).toEqual([]);
  expect(sent.length).toBe(48 - parts.size);
  expect((await visitor.download('terminal-first.bin')).sha256).toBe(hash);

  const row = await signet('put', '--json', file).row;
  expect(row).toMatchObject({ existed: true });
  expect(row.sent).toBeUndefined();
  await visitor.leave();
});
