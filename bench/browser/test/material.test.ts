import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hintId } from '../../../frontend/src/engine/id.ts';
import { change, type Material, MiB, sha256, write } from '../src/rig/material.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'material-'));
});
afterAll(() => rm(dir, { recursive: true }));

it.each([0, 1, 7, 1000, MiB, MiB + 1, 3 * MiB])('a file of %d bytes is the same for the same seed', async (size) => {
  const [a, b, c] = await Promise.all([
    write(join(dir, 'a'), size, 1),
    write(join(dir, 'b'), size, 1),
    write(join(dir, 'c'), size, 2),
  ]);
  const content = await readFile(a.path);
  expect(content.length).toBe(size);
  expect(a.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  expect(b.sha256).toBe(a.sha256);
  if (size > 0) expect(c.sha256).not.toBe(a.sha256);
});

it('no part of a file is like another', async () => {
  const { path } = await write(join(dir, 'parts'), 4 * MiB, 1);
  const content = await readFile(path);
  const blocks = [0, 1, 2, 3].map((i) => content.subarray(i * MiB, (i + 1) * MiB).toString('latin1'));
  expect(new Set(blocks).size).toBe(4);
});

/** The engine's id of a file on disk. */
async function id({ path }: Material): Promise<string> {
  const [{ mtimeMs }, content] = await Promise.all([stat(path), readFile(path)]);
  return hintId({ name: 'x', type: '', lastModified: mtimeMs, body: new Blob([content]) });
}

it.each([
  { how: 'edited', grows: false, sameId: false },
  { how: 'grown', grows: true, sameId: false },
  // The hard one: nothing but the content itself tells.
  { how: 'quiet', grows: false, sameId: true },
] as const)('a file that is $how is another file', async ({ how, grows, sameId }) => {
  const before = await write(join(dir, how), 2 * MiB, 1);
  const was = await id(before);
  const after = await change(before, how);
  expect(after.sha256).not.toBe(before.sha256);
  expect(after.sha256).toBe(await sha256(before.path));
  expect(after.size > before.size).toBe(grows);
  expect((await id(after)) === was).toBe(sameId);
});
