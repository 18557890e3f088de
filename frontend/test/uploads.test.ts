import { describe, expect, it } from 'vitest';
import { sourceOf } from '../src/engine/index.ts';
import { createUploads } from '../src/uploads/uploads.ts';
import { FakeService, failure, source } from './fake.ts';

/** A file as an input has it, of a chosen folder where `path` says so. */
function file(name: string, type = '', path = ''): File {
  const made = new File(['abc'], name, { type, lastModified: 1 });
  if (path) Object.defineProperty(made, 'webkitRelativePath', { value: path });
  return made;
}

describe('what is made of a File', () => {
  it.each([
    ['of a chosen folder goes into it', file('a.txt', 'text/plain', 'photos/2026/a.txt'), {}, 'photos/2026'],
    ['… below the folder that is asked for', file('a.txt', '', 'x/a.txt'), { folder: 'photos' }, 'photos/x'],
    ['alone goes where it is asked for', file('a.txt'), { folder: 'photos' }, 'photos'],
  ])('%s', (_, from, where, folder) => {
    expect(sourceOf(from, where)).toMatchObject({ name: 'a.txt', folder, lastModified: 1 });
  });

  it.each([
    ['..\\evil.html', 'evil.html'],
    ['a/b', 'b'],
    ['a\\', 'file'],
  ])('the name %s is no path', (name, got) => {
    expect(sourceOf(file(name)).name).toBe(got);
  });

  it('a Blob without a name gets one', () => {
    const got = sourceOf(new Blob(['abc'], { type: 'text/plain' }) as File);
    expect(got).toMatchObject({ name: 'file', type: 'text/plain', lastModified: 0 });
    expect(got.body.size).toBe(3);
  });

  it.each([
    ['a.HEIC', '', 'image/heic'],
    ['a.heic', 'image/x-own', 'image/x-own'],
    ['noending', '', ''],
  ])('%s of type "%s" is %s', (name, type, got) => {
    expect(sourceOf(file(name, type)).type).toBe(got);
  });
});

describe('a list of uploads over the engine', () => {
  it('tells of each file until it is stored, and of all together', async () => {
    const service = new FakeService();
    const uploads = createUploads(service.engine());
    let told = 0;
    const end = uploads.subscribe(() => told++);
    const [small, large] = uploads.add([file('a.txt'), source('large.bin', 70 * 1024 * 1024)], { folder: 'in' });
    expect(uploads.getSnapshot().totals).toMatchObject({ files: 2, active: 2, stored: 0 });
    const { items, totals } = await uploads.settled();
    expect(items.map(({ id, state, share }) => ({ id, state, share }))).toEqual([
      { id: small, state: 'stored', share: 1 },
      { id: large, state: 'stored', share: 1 },
    ]);
    expect(items[0]?.key).toMatch(/^in\//);
    expect(totals).toMatchObject({ active: 0, stored: 2, sent: totals.total });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(told).toBeGreaterThan(0);
    end();
  });

  it('tells how a file has ended before it is taken off, however soon that is', async () => {
    const uploads = createUploads(new FakeService().engine());
    const seen: string[] = [];
    uploads.subscribe(() =>
      seen.push(
        uploads
          .getSnapshot()
          .items.map(({ state }) => state)
          .join(),
      ),
    );
    uploads.add([file('a.txt')]);
    await uploads.settled();
    uploads.clear();
    expect(seen.at(-1)).toBe('stored');
    await expect.poll(() => seen.at(-1)).toBe('');
  });

  it('is the same object until something changes', async () => {
    const uploads = createUploads(new FakeService().engine());
    expect(uploads.getSnapshot()).toBe(uploads.getSnapshot());
    const before = uploads.getSnapshot();
    uploads.add([file('a.txt')]);
    expect(uploads.getSnapshot()).not.toBe(before);
    await uploads.settled();
  });

  it('a refused file fails with the reason, and goes up when it is tried again', async () => {
    const service = new FakeService();
    service.s3 = () => failure(403, 'AccessDenied');
    const uploads = createUploads(service.engine());
    const [id] = uploads.add([file('a.txt')]);
    const { items } = await uploads.settled();
    expect(items[0]).toMatchObject({ state: 'failed', error: { code: 'AccessDenied' } });
    service.s3 = () => undefined;
    uploads.retry(id);
    expect((await uploads.settled()).items[0]).toMatchObject({ state: 'stored' });
  });

  it('what a check refuses is never sent', async () => {
    const service = new FakeService();
    const uploads = createUploads(service.engine(), { check: ({ name }) => new Error(`got ${name}, want a picture`) });
    uploads.add([file('a.txt')]);
    const { items } = await uploads.settled();
    expect(items[0]).toMatchObject({ state: 'failed', error: { message: 'got a.txt, want a picture' } });
    expect(service.calls).toEqual([]);
  });
});
