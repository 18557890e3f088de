import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from '../src/engine/api.ts';
import { BATCH, FIRST, GATHER, Presigner } from '../src/engine/batch.ts';
import { Edge } from '../src/engine/edge.ts';
import { networkError } from '../src/engine/errors.ts';
import { RESIGNS } from '../src/engine/flow.ts';
import { Hosts } from '../src/engine/hosts.ts';
import { ATTEMPTS, Retrier } from '../src/engine/retry.ts';
import { FakeService, failure, source, steady } from './fake.ts';

const MiB = 1024 * 1024;

let service: FakeService;
beforeEach(() => {
  service = new FakeService();
});

describe('small files', () => {
  it.each([0, 1, 16 * MiB - 1])('%d bytes go up in one form with the signed fields', async (size) => {
    const progress: number[] = [];
    const outcome = await service.engine().upload(source('a', size), ({ sent }) => progress.push(sent)).done;
    expect(outcome).toMatchObject({ existed: false, key: expect.stringMatching(/\/a$/) });
    expect([...service.objects.values()]).toEqual([size]);
    expect(service.sent).toHaveLength(1);
    expect(service.sent[0]?.fields).toEqual({ key: outcome.key, epoch: '0' });
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

  it('the first of several calls is a short one, each time that many files come', async () => {
    service.clock.endless = GATHER;
    const engine = service.engine();
    const sizes = () => service.callsTo('POST', '/presign').map(({ body }) => body.files.length);
    for (const times of [1, 2]) {
      const files = Array.from({ length: 2 * BATCH }, (_, i) => engine.upload(source(`f${times}-${i}`, 10)));
      await Promise.all(files.map(({ done }) => done));
      expect(sizes().slice(-3)).toEqual([FIRST, BATCH, BATCH - FIRST]);
    }
    expect(sizes()).toHaveLength(6);
  });

  it('an announced file that does not come holds the others up only for a moment', async () => {
    const api = new Api({ ...service.options, retrier: new Retrier(service.clock, steady) });
    const presigner = new Presigner(
      api,
      service.clock,
      1000,
      'form',
      new Hosts(6, 1, service.clock),
      new Edge('/api', service.clock, steady, false),
    );
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
    await service.engine().upload(source('a', 5), ({ sent }) => progress.push(sent)).done;
    expect(progress.filter((bytes, i) => bytes !== progress[i - 1])).toEqual([4, 0, 5]);
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
