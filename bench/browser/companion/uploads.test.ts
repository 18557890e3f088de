import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KiB, type Material, MiB, write } from '../src/rig/material.ts';
import { allWays } from './guide.ts';
import { full, setStage } from './stage.ts';
import { Visit } from './visit.ts';

const stage = setStage();

/** Sets of files: the number of small ones, and the sizes of large ones, of which Uppy cuts those above 100 MiB. */
const small = full ? 200 : 24;
const large = full ? [6 * MiB, 120 * MiB, 256 * MiB] : [6 * MiB, 101 * MiB];

async function material(folder: string, names: string[], size: number): Promise<Material[]> {
  await mkdir(join(stage.dir, folder), { recursive: true });
  return Promise.all(names.map((name, i) => write(join(stage.dir, folder, name), size, i + 1)));
}

/** Uploads the files with Uppy's own defaults and compares each object with its file. */
async function upload(way: (typeof allWays)[number], files: Material[]): Promise<void> {
  const visit = await Visit.enter(stage, way, files);
  await visit.start();
  expect(await visit.finished()).toEqual({ successful: files.length, failed: [] });
  await visit.same(files);
  await visit.leave();
}

describe.each(allWays)('%s', (way) => {
  it(`${small} × 100 KiB`, async () => {
    const names = Array.from({ length: small }, (_, i) => `small-${i}.bin`);
    await upload(way, await material('small', names, 100 * KiB));
  });

  it.each(large.map((size) => size / MiB))('%i MiB', async (size) => {
    await upload(way, await material('large', [`large-${size}.bin`], size * MiB));
  });

  it('names of any script, and metadata', async () => {
    const names = ['큰 파일 (1)+ß%20.txt', 'नमस्ते 👩‍🚀.txt', 'a&b=c?#.txt'];
    const files = await material('names', names, 1000);
    await upload(way, files);
    const visit = await Visit.enter(stage, way, files.slice(0, 1));
    await visit.start();
    await visit.finished();
    const { cloud } = stage;
    const headers = { authorization: `Bearer ${cloud.ready.token}` };
    const list = await (await fetch(`${cloud.ready.api}/files`, { headers })).json();
    const key = encodeURIComponent(list.files.at(-1).key);
    const { url } = await (await fetch(`${cloud.ready.api}/files/url?key=${key}`, { headers })).json();
    const meta = Object.fromEntries([...(await fetch(url)).headers].filter(([name]) => name.startsWith('x-amz-meta-')));
    // Uppy hands no metadata to signRequest.
    const album = `=?utf-8?b?${Buffer.from('여름').toString('base64')}?=`;
    if (way.includes('signRequest')) expect(meta).toEqual({});
    else expect(meta).toMatchObject({ 'x-amz-meta-album': album });
    expect(meta).not.toHaveProperty('x-amz-meta-relativepath');
    await visit.leave();
  });
});
