import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from '../src/engine/api.ts';
import { BATCH, GATHER, Presigner } from '../src/engine/batch.ts';
import { Cancelled } from '../src/engine/engine.ts';
import { networkError } from '../src/engine/errors.ts';
import { RESIGNS } from '../src/engine/flow.ts';
import { RESTARTS } from '../src/engine/multipart.ts';
import { ATTEMPTS } from '../src/engine/retry.ts';
import { FakeService, failure, source } from './fake.ts';

const MiB = 1024 * 1024;
const large = source('large.bin', 80 * MiB);
const partOf = (url: URL) => Number(url.searchParams.get('partNumber'));

let service: FakeService;
beforeEach(() => {
  service = new FakeService();
});

describe('small files', () => {
  it.each([0, 1, 64 * MiB - 1])('%d bytes go up in one PUT with the signed headers', async (size) => {
    const progress: number[] = [];
    const outcome = await service.engine().upload(source('a', size), (bytes) => progress.push(bytes)).done;
    expect(outcome).toMatchObject({ existed: false, key: expect.stringMatching(/\/a$/) });
    expect([...service.objects.values()]).toEqual([size]);
    expect(service.sent).toHaveLength(1);
    expect(service.sent[0]?.headers).toEqual({ 'content-type': 'text/plain' });
    expect(progress.at(-1)).toBe(size);
  });

  it('files that come together are signed in one call, and no more than six are sent at once', async () => {
    service.clock.endless = GATHER;
    const engine = service.engine();
    await Promise.all(Array.from({ length: 100 }, (_, i) => engine.upload(source(`f${i}`, 10)).done));
    expect(service.callsTo('POST', '/presign')).toHaveLength(1);
    expect(service.objects.size).toBe(100);
    expect(service.peak).toBe(6);
  });

  it.each([
    [1000, BATCH],
    [3, 3],
    [1, 1],
  ])('where the policy allows %d files, a call signs %d at most', async (maxFiles, most) => {
    const engine = service.engine({ maxFiles });
    const count = most * 2 + 1;
    await Promise.all(Array.from({ length: count }, (_, i) => engine.upload(source(`f${i}`, 1)).done));
    const sizes = service.callsTo('POST', '/presign').map(({ body }) => body.files.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(most);
    expect(sizes.reduce((a, b) => a + b)).toBe(count);
  });

  it('an announced file that does not come holds the others up only for a moment', async () => {
    const presigner = new Presigner(new Api({ ...service.options, clock: service.clock }), service.clock, 1000);
    presigner.announce();
    const signed = await presigner.sign({ name: 'a', size: 1, id: 'file-id-1' }, new AbortController().signal);
    expect(signed.value.key).toBe('file-id-1/a');
    expect(service.clock.pauses).toEqual([GATHER]);
  });

  it('a file paused while it is read holds nobody up', async () => {
    service.clock.endless = GATHER;
    const engine = service.engine();
    const paused = engine.upload(source('paused', 1));
    paused.pause();
    await engine.upload(source('a', 1)).done;
    expect(service.objects.size).toBe(1);
    await paused.cancel();
  });

  it('one refused file does not stop the others of its batch', async () => {
    service.api = ({ path, body }) => {
      if (path !== '/presign') return undefined;
      const signed = (name: string) =>
        name === 'bad'
          ? { error: { status: 400, code: 'TypeForbidden', detail: 'got x, want y: do z' } }
          : {
              key: name,
              method: 'PUT',
              url: `http://s3/${name}?epoch=0`,
              headers: {},
              expires: '2026-01-01T00:15:00Z',
            };
      return [200, { files: body.files.map(({ name }: { name: string }) => signed(name)) }];
    };
    const engine = service.engine();
    const [bad, good] = await Promise.allSettled([
      engine.upload(source('bad', 1)).done,
      engine.upload(source('good', 1)).done,
    ]);
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { code: 'TypeForbidden', message: 'got x, want y: do z' },
    });
    expect(good).toMatchObject({ status: 'fulfilled' });
  });

  it('a file that is there already counts as done', async () => {
    await service.engine().upload(source('a', 5)).done;
    const again = await service.engine().upload(source('a', 5)).done;
    expect(again).toMatchObject({ existed: true, key: expect.stringMatching(/\/a$/) });
  });

  it('an expired signature is made anew', async () => {
    service.s3 = () => {
      if (service.sent.length === 1) service.epoch++;
      return undefined;
    };
    await service.engine().upload(source('a', 5)).done;
    expect(service.sent).toHaveLength(2);
    expect(service.callsTo('POST', '/presign')).toHaveLength(2);
  });

  it('signatures that expire again and again end in the error that says so', async () => {
    service.s3 = () => failure(400, 'ExpiredToken');
    await expect(service.engine().upload(source('a', 5)).done).rejects.toMatchObject({ code: 'ExpiredToken' });
    expect(service.sent).toHaveLength(RESIGNS + 1);
  });

  it('a signature known to be out of date is not tried', async () => {
    service.life = 60;
    service.s3 = (request) => {
      if (service.sent.length > 1) return undefined;
      service.clock.time += 61_000;
      request.onSent(3);
      throw networkError();
    };
    await service.engine().upload(source('a', 5)).done;
    expect(service.callsTo('POST', '/presign')).toHaveLength(2);
  });
});

describe('passing trouble', () => {
  it.each([
    ['a lost connection', () => Promise.reject(networkError())],
    ['503 SlowDown', () => failure(503, 'SlowDown')],
    ['500', () => failure(500, 'InternalError')],
  ])('%s is retried with growing pauses, and then given up', async (_, answer) => {
    service.s3 = answer;
    await expect(service.engine().upload(source('a', 5)).done).rejects.toMatchObject({ remedy: 'retry' });
    expect(service.sent).toHaveLength(ATTEMPTS);
    const pauses = service.clock.pauses.slice(1);
    expect(pauses).toHaveLength(ATTEMPTS - 1);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  });

  it('the progress goes back by what has to be sent again', async () => {
    const progress: number[] = [];
    service.s3 = (request) => {
      if (service.sent.length > 1) return undefined;
      request.onSent(4);
      return failure(500, 'InternalError');
    };
    await service.engine().upload(source('a', 5), (bytes) => progress.push(bytes)).done;
    expect(progress).toEqual([4, 0, 5]);
  });

  it('a refused request is not retried', async () => {
    service.s3 = () => failure(403, 'AccessDenied');
    await expect(service.engine().upload(source('a', 5)).done).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(service.sent).toHaveLength(1);
  });

  it('a refused token is renewed once for all that wait for it', async () => {
    let renewals = 0;
    service.api = ({ token }) => (token === 'Bearer renewed' ? undefined : [401, { code: 'Unauthorized' }]);
    let current = 'first';
    const renew = async () => {
      current = 'renewed';
      renewals++;
      return current;
    };
    const engine = service.engine({ maxFiles: 1, renew, token: async () => current });
    await Promise.all([engine.upload(source('a', 1)).done, engine.upload(source('b', 1)).done]);
    expect(renewals).toBe(1);
  });

  it('without a new token the refusal is what is told', async () => {
    service.api = () => [401, { code: 'Unauthorized', detail: 'got an expired token, want a valid one: sign in' }];
    const engine = service.engine({ renew: () => Promise.reject(new Error('no refresh token')) });
    await expect(engine.upload(source('a', 1)).done).rejects.toMatchObject({ code: 'Unauthorized' });
  });
});

describe('large files', () => {
  it('go up in parts, six at once, each of its exact size', async () => {
    const progress: number[] = [];
    const outcome = await service.engine().upload(large, (bytes) => progress.push(bytes)).done;
    expect(outcome).toMatchObject({ existed: false });
    expect([...service.objects.values()]).toEqual([80 * MiB]);
    expect(service.sent.map(({ body }) => body.size)).toEqual(Array(10).fill(8 * MiB));
    expect(service.peak).toBe(6);
    expect(progress.at(-1)).toBe(80 * MiB);
    expect(service.callsTo('POST', '/uploads/complete')[0]?.body).toMatchObject({ size: 80 * MiB });
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
    await service.engine().upload(large, (bytes) => progress.push(bytes)).done;
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

  it('that are there already count as done', async () => {
    await service.engine().upload(large).done;
    service.sent.length = 0;
    const again = await service.engine().upload(large).done;
    expect(again).toMatchObject({ existed: true, key: expect.stringMatching(/large.bin$/) });
    expect(service.sent).toHaveLength(0);
  });

  it('leave no parts behind when another client finished first', async () => {
    service.api = ({ path }) => (path === '/uploads/complete' ? [412, { code: 'PreconditionFailed' }] : undefined);
    const outcome = await service.engine().upload(large).done;
    expect(outcome.existed).toBe(true);
    expect(service.uploads.size).toBe(0);
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

describe('pause, resume, cancel', () => {
  it('a pause cuts what is in flight, and resume sends only that again', async () => {
    const upload = service.engine().upload(large);
    const paused = new Promise<void>((resolve) => {
      service.s3 = (_, url) => {
        if (partOf(url) === 7) {
          upload.pause();
          resolve();
        }
        return undefined;
      };
    });
    await paused;
    await settled();
    const before = service.sent.length;
    const [parts] = service.uploads.values();
    const stored = parts?.size ?? 0;
    expect(service.inFlight).toBe(0);
    await settled();
    expect(service.sent).toHaveLength(before);

    service.s3 = () => undefined;
    upload.resume();
    await upload.done;
    expect(service.sent).toHaveLength(before + 10 - stored);
    expect(service.callsTo('POST', '/uploads')).toHaveLength(1);
  });

  it('a file paused before it began waits', async () => {
    const upload = service.engine().upload(source('a', 5));
    upload.pause();
    await settled();
    expect(service.sent).toHaveLength(0);
    upload.resume();
    await expect(upload.done).resolves.toMatchObject({ existed: false });
  });

  it('pausing twice and resuming once is one pause', async () => {
    const upload = service.engine().upload(source('a', 5));
    upload.pause();
    upload.pause();
    upload.resume();
    await expect(upload.done).resolves.toMatchObject({ existed: false });
  });

  it('cancelling deletes what is stored', async () => {
    const upload = service.engine().upload(large);
    let cancelled: Promise<void> | undefined;
    service.s3 = (_, url) => {
      if (partOf(url) === 7) cancelled = upload.cancel();
      return undefined;
    };
    await expect(upload.done).rejects.toBeInstanceOf(Cancelled);
    await cancelled;
    expect(service.uploads.size).toBe(0);
    expect(service.objects.size).toBe(0);
    expect(service.callsTo('DELETE', '/uploads')).toHaveLength(1);
  });

  it('cancelling a paused file ends it', async () => {
    const upload = service.engine().upload(source('a', 5));
    upload.pause();
    await upload.cancel();
    await expect(upload.done).rejects.toBeInstanceOf(Cancelled);
    expect(service.objects.size).toBe(0);
  });

  it('cancelling a finished file deletes nothing', async () => {
    const upload = service.engine().upload(large);
    await upload.done;
    await upload.cancel();
    expect(service.callsTo('DELETE', '/uploads')).toHaveLength(0);
    expect(service.objects.size).toBe(1);
  });
});

/** Lets everything that can go on go on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}
