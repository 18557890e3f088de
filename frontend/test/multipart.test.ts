import { beforeEach, describe, expect, it } from 'vitest';
import { encodeCrc } from '../src/engine/crc64.ts';
import { RESTARTS } from '../src/engine/multipart.ts';
import { fileReader, type Reader } from '../src/engine/reader.ts';
import { sizeOf } from '../src/engine/send.ts';
import { FakeService, failure, large, MiB, partOf, source } from './fake.ts';

let service: FakeService;
beforeEach(() => {
  service = new FakeService();
});

describe('large files', () => {
  it('go up in parts, six at once, each of its exact size', async () => {
    const progress: number[] = [];
    const outcome = await service.engine().upload(large, ({ sent }) => progress.push(sent)).done;
    expect(outcome).toMatchObject({ existed: false });
    expect([...service.objects.values()]).toEqual([80 * MiB]);
    expect(service.sent.map(({ body }) => sizeOf(body))).toEqual(Array(10).fill(8 * MiB));
    expect(service.peak).toBe(6);
    expect(progress.at(-1)).toBe(80 * MiB);
    expect(service.callsTo('POST', '/uploads/complete')[0]?.body).toMatchObject({ size: 80 * MiB });
  });

  it('leave while the checksums of those before are still computed', async () => {
    let begun = 0;
    const computed = new Promise<void>((resolve) => {
      service.s3 = () => {
        // Six have left, and two more on connections that nobody else needs.
        if (++begun === 8) resolve();
        return undefined;
      };
    });
    service.checksum = () => encodeCrc(7n);
    const sum = async (piece: Blob) => {
      if (piece.size === 8 * MiB) await computed;
      return 7n;
    };
    const reader: Reader = { ...fileReader(), sum };
    await service.engine({ reader }).upload(large).done;
    expect(service.objects.size).toBe(1);
  });

  it('share the six connections with all other files', async () => {
    const engine = service.engine();
    const others = Array.from({ length: 20 }, (_, i) => engine.upload(source(`f${i}`, 1)).done);
    await Promise.all([engine.upload(large).done, engine.upload(source('other.bin', 70 * MiB)).done, ...others]);
    expect(service.peak).toBe(6);
    expect(service.objects.size).toBe(22);
  });

  it('send only the parts that are missing or do not fit', async () => {
    const first = service.engine().upload(large);
    service.s3 = (_, url) => (partOf(url) > 4 ? failure(403, 'AccessDenied') : undefined);
    await expect(first.done).rejects.toMatchObject({ code: 'AccessDenied' });
    const [parts] = service.uploads.values();
    parts?.set(2, 17);
    const stored = [...(parts?.keys() ?? [])].filter((n) => n !== 2);
    service.sent.length = 0;
    service.s3 = () => undefined;

    const progress: number[] = [];
    await service.engine().upload(large, ({ sent }) => progress.push(sent)).done;
    const again = service.sent.map(({ url }) => partOf(new URL(url)));
    expect(again.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((n) => !stored.includes(n)));
    expect(progress[0]).toBe(stored.length * 8 * MiB);
  });

  it('sign once more for all parts in flight when the table expires', async () => {
    service.s3 = () => {
      if (service.sent.length === 8) service.epoch++;
      return undefined;
    };
    await service.engine().upload(large).done;
    expect(service.callsTo('POST', '/uploads/sign')).toHaveLength(1);
    expect(service.objects.size).toBe(1);
  });

  it('begin again when the upload vanished', async () => {
    let gone = false;
    service.s3 = (_, url) => {
      if (gone || partOf(url) !== 3) return undefined;
      gone = true;
      service.uploads.clear();
      return failure(404, 'NoSuchUpload');
    };
    await service.engine().upload(large).done;
    expect(service.callsTo('POST', '/uploads')).toHaveLength(2);
    expect([...service.objects.values()]).toEqual([80 * MiB]);
  });

  it('ask what is stored when Complete misses a part', async () => {
    let lost = false;
    service.api = ({ path }) => {
      if (path === '/uploads/complete' && !lost) {
        lost = true;
        for (const parts of service.uploads.values()) parts.delete(5);
      }
      return undefined;
    };
    await service.engine().upload(large).done;
    expect(service.sent.map(({ url }) => partOf(new URL(url))).filter((n) => n === 5)).toHaveLength(2);
    expect(service.sent).toHaveLength(11);
  });

  it('give up when the upload vanishes every time', async () => {
    service.s3 = () => failure(404, 'NoSuchUpload');
    await expect(service.engine().upload(large).done).rejects.toMatchObject({ code: 'NoSuchUpload' });
    expect(service.callsTo('POST', '/uploads')).toHaveLength(RESTARTS + 1);
  });

  it('stop all parts when one fails for good', async () => {
    service.s3 = (_, url) => (partOf(url) === 1 ? failure(403, 'AccessDenied') : undefined);
    await expect(service.engine().upload(large).done).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(service.inFlight).toBe(0);
    expect(service.sent.length).toBeLessThan(10);
  });

  it('refuse a plan that does not cover the file', async () => {
    service.api = ({ path }) =>
      path === '/uploads'
        ? [200, { key: 'k', uploadId: 'u', partSize: 8 * MiB, partCount: 9, uploaded: [], sign: {}, expires: '' }]
        : undefined;
    await expect(service.engine().upload(large).done).rejects.toThrow(/want them to cover/);
    expect(service.sent).toHaveLength(0);
  });
});
