import Uppy from '@uppy/core';
import type { Body, Meta } from '@uppy/core/utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { SignetUploader } from '../src/uploader.ts';
import { FakeService, failure, settled, source } from './fake.ts';

const MiB = 1024 * 1024;
const silent = { debug: () => {}, warn: () => {}, error: () => {} };

let service: FakeService;
let uppy: Uppy<Meta, Body>;

beforeEach(() => {
  service = new FakeService();
  uppy = new Uppy<Meta, Body>({ logger: silent });
  uppy.use(SignetUploader<Meta, Body>, { engine: service.engine() });
});

function add(name: string, size: number): string {
  const data = new File([source(name, size).body], name, { type: 'text/plain', lastModified: 0 });
  return uppy.addFile({ name, type: 'text/plain', data });
}

const active = () => uppy.getPlugin<SignetUploader<Meta, Body>>('SignetUploader')?.active;

/** Runs `act` at the first request that S3 gets. */
function atFirstRequest(act: () => void): Promise<void> {
  return new Promise((resolve) => {
    service.s3 = () => {
      service.s3 = () => undefined;
      act();
      resolve();
      return undefined;
    };
  });
}

it('uploads what Uppy has, and tells it the progress and the key', async () => {
  const small = add('small.txt', 10);
  const large = add('large.bin', 70 * MiB);
  const result = await uppy.upload();
  expect(result?.successful).toHaveLength(2);
  expect(uppy.getFile(large).progress).toMatchObject({ uploadComplete: true, bytesUploaded: 70 * MiB });
  expect(uppy.getFile(small).response?.body).toMatchObject({
    existed: false,
    key: expect.stringMatching(/small\.txt$/),
  });
  expect(active()).toBe(0);
});

it('says that uploads can be resumed', () => {
  expect(uppy.getState().capabilities.resumableUploads).toBe(true);
});

describe.each([
  ['one file', (id: string) => uppy.pauseResume(id), (id: string) => uppy.pauseResume(id)],
  ['all files', () => uppy.pauseAll(), () => uppy.resumeAll()],
])('pause and resume of %s', (_, pause, resume) => {
  it('stop and go on', async () => {
    const id = add('large.bin', 70 * MiB);
    const paused = atFirstRequest(() => pause(id));
    const uploading = uppy.upload();
    await paused;
    await settled();
    const sent = service.sent.length;
    await settled();
    expect(service.sent).toHaveLength(sent);
    expect(service.inFlight).toBe(0);
    expect(active()).toBe(1);
    resume(id);
    expect((await uploading)?.successful).toHaveLength(1);
  });
});

describe.each([
  ['one file', (id: string) => uppy.removeFile(id)],
  ['all files', () => uppy.cancelAll()],
])('cancel of %s', (_, cancel) => {
  it('ends the batch without an error and leaves nothing in S3', async () => {
    const errors: unknown[] = [];
    uppy.on('upload-error', (...error) => errors.push(error));
    const id = add('large.bin', 70 * MiB);
    const cancelled = atFirstRequest(() => cancel(id));
    const uploading = uppy.upload();
    await cancelled;
    await uploading;
    await settled();
    expect(errors).toEqual([]);
    expect(service.uploads.size).toBe(0);
    expect(service.objects.size).toBe(0);
    expect(active()).toBe(0);
  });
});

describe.each([
  ['one file', (id: string) => uppy.retryUpload(id)],
  ['all files', () => uppy.retryAll()],
])('retry of %s', (_, retry) => {
  it('sends only what is missing', async () => {
    const told: { message: string; cause?: unknown }[] = [];
    uppy.on('upload-error', (_file, error) => told.push(error));
    const id = add('large.bin', 70 * MiB);
    service.s3 = (_request, url) =>
      url.searchParams.get('partNumber') === '9' ? failure(403, 'AccessDenied', 'no') : undefined;
    const first = await uppy.upload();
    expect(first?.failed).toHaveLength(1);
    expect(told).toMatchObject([{ message: 'no', cause: { code: 'AccessDenied', remedy: 'fail' } }]);
    const stored = [...service.uploads.values()][0]?.size ?? 0;
    expect(stored).toBeGreaterThan(0);

    service.s3 = () => undefined;
    service.sent.length = 0;
    await retry(id);
    expect(uppy.getFile(id).progress.uploadComplete).toBeTruthy();
    expect(service.sent).toHaveLength(9 - stored);
  });
});

it('a cancelled file does not report progress to one of the same name added after it', async () => {
  const id = add('large.bin', 70 * MiB);
  const cancelled = atFirstRequest(() => uppy.removeFile(id));
  const first = uppy.upload();
  await cancelled;
  await first;
  service.s3 = () => undefined;
  expect(add('large.bin', 70 * MiB)).toBe(id);
  const second = await uppy.upload();
  expect(second?.successful).toHaveLength(1);
  expect([...service.objects.values()]).toEqual([70 * MiB]);
});

describe('where a file goes', () => {
  it.each([
    ['a.txt', undefined, 'a.txt', undefined],
    ['a.txt', null, 'a.txt', undefined],
    ['a.txt', 'a.txt', 'a.txt', undefined],
    ['a.txt', 'photos/2026/a.txt', 'a.txt', 'photos/2026'],
    ['a.txt', '/photos/a.txt', 'a.txt', 'photos'],
    ['..\\evil.html', null, 'evil.html', undefined],
  ])('%j at %j', async (name, relativePath, stored, folder) => {
    uppy.addFile({ name, type: 'text/plain', data: new File(['x'], name), meta: { relativePath } });
    await uppy.upload();
    const [asked] = service.callsTo('POST', '/presign')[0]?.body.files ?? [];
    expect([asked.name, asked.folder]).toEqual([stored, folder]);
  });
});
