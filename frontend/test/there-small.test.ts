import { beforeEach, describe, expect, it } from 'vitest';
import { fileReader, type Reader } from '../src/engine/reader.ts';
import { altered, FakeService, MiB, source } from './fake.ts';

// "There already" is only said of a small file when it is true, and what differs is stored.

let service: FakeService;
beforeEach(() => {
  service = new FakeService();
});

/** Reads one piece after another, in the order in which they were asked for: who is ready first is then no chance. */
function inOrder(reader: Reader): Reader {
  let last: Promise<unknown> = Promise.resolve();
  const after = <T>(read: () => Promise<T>): Promise<T> => {
    const own = last.then(read);
    last = own.catch(() => {});
    return own;
  };
  return { sum: (piece) => after(() => reader.sum(piece)), content: (piece) => after(() => reader.content(piece)) };
}

describe('a small file', () => {
  it.each(['form', 'put'] as const)('that is there already is not sent again (%s)', async (smallFiles) => {
    const engine = service.engine({ smallFiles });
    const { key } = await engine.upload(source('a', 5)).done;
    expect(key).toMatch(/^h[a-z2-7]{26}\/a$/);
    expect(await engine.upload(source('a', 5)).done).toMatchObject({ existed: true });
    expect(service.objects.size).toBe(1);
  });

  it('that looks like another one but differs is another object; the same one twice in a drop is sent once', async () => {
    const engine = service.engine({ reader: inOrder(fileReader()) });
    const file = source('a', 500_000);
    const files = [file, altered(file, 100_000), file];
    const outcomes = await Promise.all(files.map((each) => engine.upload(each).done));
    expect(outcomes.map(({ existed }) => existed)).toEqual([false, false, true]);
    expect(service.sent).toHaveLength(2);
  });

  it.each([
    ['size', { size: 6 }],
    ['SHA-256', { checksum: { sha256: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' } }],
  ])('is sent where another tool has put something of another %s under its id', async (_, there) => {
    service.api = ({ path, body }) => {
      if (path !== '/presign' || !body.files[0].id) return undefined;
      return [200, { files: [{ error: { status: 412, code: 'PreconditionFailed', key: 'k', ...there } }] }];
    };
    expect(await service.engine().upload(source('a', 5)).done).toMatchObject({ existed: false });
    expect([...service.objects.values()]).toEqual([5]);
  });

  it('is signed for where it goes', async () => {
    const engine = service.engine();
    await engine.upload({ ...source('a', 1), folder: 'photos/2026', space: 'team/design' }).done;
    await engine.upload({ ...source('large.bin', 20 * MiB), folder: 'photos/2026', space: 'team/design' }).done;
    const place = { folder: 'photos/2026', space: 'team/design' };
    expect(service.callsTo('POST', '/presign')[0]?.body.files).toMatchObject([{ name: 'a', ...place }]);
    expect(service.callsTo('POST', '/uploads')[0]?.body).toMatchObject({ name: 'large.bin', ...place });
  });
});
