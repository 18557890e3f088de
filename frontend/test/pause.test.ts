import { beforeEach, describe, expect, it } from 'vitest';
import { Cancelled } from '../src/engine/engine.ts';
import { FakeService, large, partOf, settled, source } from './fake.ts';

let service: FakeService;
beforeEach(() => {
  service = new FakeService();
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
    // What is stored is asked for: an answer may have been cut.
    expect(service.callsTo('POST', '/uploads')).toHaveLength(2);
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
