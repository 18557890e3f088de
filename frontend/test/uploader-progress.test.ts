import Uppy from '@uppy/core';
import type { Body, Meta } from '@uppy/core/utils';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Engine, OnProgress, Outcome, Upload } from '../src/engine/index.ts';
import { SignetUploader } from '../src/uploader.ts';

const silent = { debug: () => {}, warn: () => {}, error: () => {} };

/** An upload that goes as the test says. */
interface Puppet {
  tell: OnProgress;
  finish(outcome: Outcome): void;
  fail(error: Error): void;
}

let puppets: Puppet[];
let leftBehind: unknown[];
/** What cancelling comes to. */
let cancel: () => Promise<void>;
let uppy: Uppy<Meta, Body>;
let uploader: SignetUploader<Meta, Body>;

beforeEach(() => {
  vi.useFakeTimers();
  puppets = [];
  leftBehind = [];
  cancel = async () => {};
  const upload = (_: unknown, tell: OnProgress): Upload => {
    const done = new Promise<Outcome>((finish, fail) => puppets.push({ tell, finish, fail }));
    return { done, pause: () => {}, resume: () => {}, cancel: () => cancel() } as Upload;
  };
  uppy = new Uppy<Meta, Body>({ logger: silent });
  uppy.use(SignetUploader<Meta, Body>, {
    engine: { upload } as Engine,
    leftBehind: (error) => leftBehind.push(error),
  });
  uploader = uppy.getPlugin('SignetUploader') as SignetUploader<Meta, Body>;
});
afterEach(() => vi.useRealTimers());

/** Has Uppy send files of these sizes; answers their ids. */
async function begin(...sizes: number[]): Promise<string[]> {
  const ids = sizes.map((size, i) => uppy.addFile({ name: `${i}`, data: new Blob([new Uint8Array(size)]) }));
  void uppy.upload();
  await vi.advanceTimersByTimeAsync(1);
  expect(puppets).toHaveLength(sizes.length);
  return ids;
}

const second = () => vi.advanceTimersByTimeAsync(1000);

it('knows speed and time left of a file and of all, and the bytes of those that are up', async () => {
  const [a = '', b = ''] = await begin(1000, 3000);
  expect(uploader.totals()).toEqual({ files: 2, done: 0, sent: 0, total: 4000 });
  await second();
  puppets[0]?.tell({ sent: 500, total: 1000 });
  puppets[1]?.tell({ sent: 1000, total: 3000 });
  await second();
  expect(uploader.progress(a)).toEqual({ sent: 500, total: 1000, speed: 500, left: 1 });
  expect(uploader.progress(b)).toEqual({ sent: 1000, total: 3000, speed: 1000, left: 2 });
  expect(uploader.totals()).toEqual({ files: 2, done: 0, sent: 1500, total: 4000, speed: 1500, left: 2500 / 1500 });

  puppets[0]?.finish({ existed: false });
  await vi.advanceTimersByTimeAsync(1);
  expect(uploader.progress(a)).toBeUndefined();
  expect(uploader.totals()).toMatchObject({ done: 1, sent: 2000 });
  puppets[1]?.finish({ existed: false });
  await vi.advanceTimersByTimeAsync(1);
  expect(uploader.totals()).toEqual({ files: 2, done: 2, sent: 4000, total: 4000 });
  // Uppy's own throttle ends by itself; nothing of ours goes on.
  await vi.advanceTimersByTimeAsync(2000);
  expect(vi.getTimerCount()).toBe(0);
});

it('tells Uppy of a file at most ten times a second, however often the engine speaks', async () => {
  const told: number[] = [];
  uppy.on('upload-progress', (_, { bytesUploaded }) => told.push(Number(bytesUploaded)));
  const [id = ''] = await begin(1000);
  for (let sent = 1; sent <= 500; sent++) {
    puppets[0]?.tell({ sent, total: 1000 });
    expect(uploader.progress(id)?.sent).toBe(sent);
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(told.length).toBeGreaterThan(3);
  expect(told.length).toBeLessThanOrEqual(6);
  expect(told.at(-1)).toBe(500);
});

it('passes on which parts are stored and in flight', async () => {
  const [id = ''] = await begin(1000);
  const parts = { count: 3, stored: new Set([1]), inFlight: new Map([[2, 100]]) };
  puppets[0]?.tell({ sent: 433, total: 1000, parts });
  expect(uploader.progress(id)?.parts).toBe(parts);
});

it('says why a file stands still once it does, and of all only when nothing moves', async () => {
  const [a = '', b = ''] = await begin(1000, 1000);
  await second();
  for (const { tell } of puppets) tell({ sent: 100, total: 1000 });
  await second();
  expect(uploader.progress(a)?.speed).toBe(100);

  // One part waits while another moves: the file does not stand still.
  puppets[0]?.tell({ sent: 100, total: 1000, waiting: 'busy' });
  expect(uploader.progress(a)).toEqual({ sent: 100, total: 1000, speed: 100, left: 9 });
  puppets[0]?.tell({ sent: 110, total: 1000, waiting: 'busy' });
  await second();
  expect(uploader.progress(a)?.waiting).toBeUndefined();
  await second();
  await second();
  expect(uploader.progress(a)).toEqual({ sent: 110, total: 1000, waiting: 'busy' });
  expect(uploader.progress(b)?.speed).toBeGreaterThan(0);
  expect(uploader.totals().waiting).toBeUndefined();

  puppets[1]?.tell({ sent: 100, total: 1000, waiting: 'offline' });
  expect(uploader.totals()).toMatchObject({ waiting: 'busy', sent: 210 });
  expect(uploader.totals().speed).toBeUndefined();
  puppets[1]?.tell({ sent: 150, total: 1000 });
  await second();
  expect(uploader.totals().waiting).toBeUndefined();
  expect(uploader.totals().speed).toBeGreaterThan(0);
});

it('hears nothing of a file after it was taken off, nor after it failed', async () => {
  const [a = '', b = ''] = await begin(1000, 1000);
  const errors: unknown[] = [];
  uppy.on('upload-error', (file) => errors.push(file?.id));
  uppy.removeFile(a);
  puppets[0]?.tell({ sent: 5, total: 1000 });
  expect(uploader.progress(a)).toBeUndefined();
  puppets[1]?.fail(new Error('no'));
  await vi.advanceTimersByTimeAsync(1);
  expect(errors).toEqual([b]);
  expect(uploader.active).toBe(0);
  puppets[1]?.tell({ sent: 5, total: 1000 });
  expect(uploader.progress(b)).toBeUndefined();
});

it('reports a cancelled upload whose parts could not be deleted, and no other', async () => {
  const [a = '', b = ''] = await begin(1000, 1000);
  const refusal = new Error('no');
  cancel = () => Promise.reject(refusal);
  uppy.removeFile(a);
  await vi.advanceTimersByTimeAsync(1);
  expect(leftBehind).toEqual([refusal]);
  cancel = async () => {};
  uppy.removeFile(b);
  await vi.advanceTimersByTimeAsync(1);
  expect(leftBehind).toHaveLength(1);
});
