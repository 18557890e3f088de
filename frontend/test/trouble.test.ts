import { beforeEach, describe, expect, it } from 'vitest';
import { networkError, UploadError } from '../src/engine/errors.ts';
import { MOVES } from '../src/engine/multipart.ts';
import { ATTEMPTS, PATIENCE } from '../src/engine/retry.ts';
import { FakeService, failure, large, MiB, partOf, source } from './fake.ts';

let service: FakeService;
beforeEach(() => {
  service = new FakeService();
});

/** CRC64NVME of a part of zeros. */
const ZEROS = 'of12kAisj10=';

describe('a line that is lost', () => {
  it('is waited for when there was one before', async () => {
    let request = 0;
    service.s3 = () => {
      if (++request < 3 || request > 5 * ATTEMPTS) return undefined;
      throw networkError();
    };
    const waits = new Set<string | undefined>();
    await service.engine().upload(large, ({ waiting }) => waits.add(waiting)).done;
    expect(service.objects.size).toBe(1);
    expect(waits).toEqual(new Set([undefined, 'offline']));
  });

  it('is not waited for without end', async () => {
    let request = 0;
    service.s3 = () => {
      if (++request < 3) return undefined;
      throw networkError();
    };
    await expect(service.engine().upload(large).done).rejects.toMatchObject({ code: 'NetworkError' });
    expect(service.clock.time).toBeGreaterThan(PATIENCE);
  });

  it('uses up no patience while the browser knows of it', async () => {
    let online = true;
    const network = {
      get online() {
        return online;
      },
      back: () => new Promise<void>(() => {}),
    };
    let request = 0;
    service.s3 = () => {
      if (++request < 3) return undefined;
      online = request > 1000;
      if (!online) throw networkError();
      return undefined;
    };
    await service.engine({ network }).upload(large).done;
    expect(service.objects.size).toBe(1);
    expect(service.clock.time).toBeGreaterThan(PATIENCE);
  });

  it('goes on at once when it comes back', async () => {
    service.clock.endless = 300; // the first pause, half of it by chance
    const network = { online: true, back: async () => {} };
    let lost = true;
    service.s3 = () => {
      if (!lost) return undefined;
      lost = false;
      throw networkError();
    };
    await service.engine({ network }).upload(source('a', 5)).done;
    expect(service.objects.size).toBe(1);
  });
});

describe('503 SlowDown', () => {
  it('is answered with fewer requests at once', async () => {
    service.partSize = MiB;
    let busy = 12;
    service.s3 = () => (busy-- > 0 ? failure(503, 'SlowDown') : undefined);
    const peaks: number[] = [];
    const waits = new Set<string | undefined>();
    const sent = service.engine().upload(source('b', 50 * MiB), ({ waiting }) => {
      waits.add(waiting);
      peaks.push(service.inFlight);
    });
    await sent.done;
    expect(waits).toContain('busy');
    const after = peaks.slice(Math.floor(peaks.length / 4), Math.floor(peaks.length / 3));
    expect(Math.max(...after)).toBeLessThan(6);
    expect(service.peak).toBe(6);
  });
});

describe('checksums', () => {
  it('of every part are combined and sent at Complete', async () => {
    await service.engine().upload(source('a', 20 * MiB)).done;
    const [complete] = service.callsTo('POST', '/uploads/complete');
    // Of 20 MiB of zeros, by another implementation.
    expect(complete?.body.checksum).toEqual({ crc64nvme: 'SCr3/zNrOiQ=' });
  });

  it('of small files are signed', async () => {
    await service.engine().upload(source('a', 5)).done;
    await service.engine({ smallFiles: 'put' }).upload(source('b', 5)).done;
    const [form, put] = service.callsTo('POST', '/presign').map(({ body }) => body);
    // Of five zeros, by sha256sum.
    const checksum = { sha256: 'iFVQiq3hbsVz0h5qSF39CnYkCFwaFLXs3WSF3gxoOaQ=' };
    expect(form).toMatchObject({ form: true, files: [{ checksum }] });
    expect(put.form).toBeUndefined();
    expect(put.files).toMatchObject([{ checksum, id: form.files[0].id }]);
  });

  it('a part that S3 stored otherwise is sent again, and only that', async () => {
    const flipped = new Set([3]);
    service.checksum = (n) => (flipped.delete(n) ? 'AAAAAAAAAAA=' : n === 10 ? undefined : ZEROS);
    const outcome = await service.engine().upload(large).done;
    expect(outcome.existed).toBe(false);
    const numbers = service.sent.map(({ url }) => partOf(new URL(url)));
    expect(numbers.filter((n) => n === 3)).toHaveLength(2);
    expect(numbers).toHaveLength(11);
  });

  it('stored parts that are not those of the file are sent again', async () => {
    service.s3 = (_, url) => (partOf(url) > 4 ? failure(403, 'AccessDenied') : undefined);
    await expect(service.engine().upload(large).done).rejects.toThrow();
    const stored = [...(service.uploads.values().next().value?.keys() ?? [])];
    expect(stored.length).toBeGreaterThan(1);
    service.s3 = () => undefined;
    service.sent.length = 0;
    const other = stored[0] as number;
    let told = false;
    service.checksum = (n) => {
      if (n !== other || told) return ZEROS;
      told = service.sent.some(({ url }) => partOf(new URL(url)) === other);
      return told ? ZEROS : 'AAAAAAAAAAA=';
    };
    await service.engine().upload(large).done;
    const numbers = service.sent.map(({ url }) => partOf(new URL(url)));
    expect(numbers).toContain(other);
    expect(numbers).toHaveLength(10 - stored.length + 1);
  });

  it('what Complete refuses is sent under other ids, not without end', async () => {
    service.api = ({ path, body }) => {
      if (path !== '/uploads/complete') return undefined;
      service.uploads.delete(body.uploadId);
      return [400, { code: 'BadDigest', detail: 'got x, want y: do z' }];
    };
    await expect(service.engine().upload(large).done).rejects.toMatchObject({ code: 'BadDigest' });
    const ids = service.callsTo('POST', '/uploads').map(({ body }) => body.id);
    expect(ids).toHaveLength(MOVES + 1);
    expect(new Set(ids).size).toBe(MOVES + 1);
  });

  it('what Complete answers is compared with the file', async () => {
    service.api = ({ path, body }) =>
      path === '/uploads/complete' ? [200, { ...body, checksum: { crc64nvme: 'AAAAAAAAAAA=' } }] : undefined;
    await expect(service.engine().upload(large).done).rejects.toMatchObject({
      code: 'ChecksumMismatch',
      remedy: 'fail',
    });
  });
});

describe('a file that changes', () => {
  it.each([5, 20 * MiB])('while it is sent (%d bytes) fails, says so, and completes nothing', async (size) => {
    const file = source('a', size);
    // Browsers refuse to read a file that is not what was chosen.
    const refuse = () => Promise.reject(new DOMException('changed', 'NotReadableError'));
    const fail = (controller: { error(reason: unknown): void }) =>
      controller.error(new DOMException('', 'NotReadableError'));
    const stream = () => new ReadableStream({ type: 'bytes', pull: fail });
    const gone: Blob = Object.assign(new Blob(['x']), { arrayBuffer: refuse, stream, slice: () => gone });
    file.body.slice = () => gone;
    const failed = await service
      .engine()
      .upload(file)
      .done.catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(UploadError);
    expect(service.callsTo('POST', '/uploads/complete')).toHaveLength(0);
    expect(service.objects.size).toBe(0);
  });
});

describe('two hosts', () => {
  it('get the parts in turns, six at once each', async () => {
    const peaks = new Map<string, number>();
    const now = new Map<string, number>();
    service.alternate = 'http://s3b';
    service.partSize = MiB;
    service.s3 = async (_, url) => {
      const { host } = url;
      now.set(host, (now.get(host) ?? 0) + 1);
      peaks.set(host, Math.max(peaks.get(host) ?? 0, now.get(host) ?? 0));
      for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
      now.set(host, (now.get(host) ?? 0) - 1);
      return undefined;
    };
    await service.engine().upload(source('a', 30 * MiB)).done;
    expect(service.sent.every(({ url }) => new URL(url).host === (partOf(new URL(url)) % 2 ? 's3' : 's3b'))).toBe(true);
    expect([...peaks.values()]).toEqual([6, 6]);
    expect(service.callsTo('POST', '/uploads')[0]?.body.hosts).toBe(2);
  });

  it('become one where the second never answers', async () => {
    service.alternate = 'http://s3b';
    service.partSize = MiB;
    service.s3 = (_, url) => {
      if (url.host === 's3b') throw networkError();
      return undefined;
    };
    await service.engine().upload(source('a', 30 * MiB)).done;
    expect(service.objects.size).toBe(1);
    const [again] = service.callsTo('POST', '/uploads/sign');
    expect(again?.body.hosts).toBe(1);
    // No more than what was under way when the first of them failed.
    expect(service.sent.filter(({ url }) => url.startsWith('http://s3b')).length).toBeLessThanOrEqual(12);
  });
});
