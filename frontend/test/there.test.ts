import { beforeEach, describe, expect, it } from 'vitest';
import { crc64nvme, encodeCrc } from '../src/engine/crc64.ts';
import { UploadError } from '../src/engine/errors.ts';
import type { Progress } from '../src/engine/flow.ts';
import { hintId } from '../src/engine/id.ts';
import { fileReader } from '../src/engine/reader.ts';
import type { SourceFile } from '../src/engine/source.ts';
import { altered, FakeService, failure, MiB, partOf, settled, source } from './fake.ts';

// "There already" is only said when it is true, and what differs is stored.

/** A file of ten parts, as this service cuts it. */
const SIZE = 20 * MiB;
const PART = 2 * MiB;
const large = source('large.bin', SIZE);
/** Looks the same: its samples are its first, middle and last 64 KiB. */
const lookalike = altered(large, 13 * MiB);

let service: FakeService;
beforeEach(() => {
  service = new FakeService();
  service.partSize = PART;
});

const upload = (file: SourceFile, onProgress?: (progress: Progress) => void) =>
  service.engine().upload(file, onProgress).done;
const parts = () => service.sent.map(({ url }) => partOf(new URL(url)));

it('the two files of these tests have one hint', async () => {
  expect(await hintId(lookalike)).toBe(await hintId(large));
});

describe('a file in parts', () => {
  it('that is there is said to be there after all of it was read, and nothing is sent', async () => {
    const first = await upload(large);
    service.sent.length = 0;
    const compared: number[] = [];
    const again = await upload(large, ({ comparing }) => comparing !== undefined && compared.push(comparing));
    expect(again).toEqual({ existed: true, key: first.key });
    expect(service.sent).toEqual([]);
    expect(compared[0]).toBe(0);
    expect(compared.at(-1)).toBe(SIZE);
    expect(compared).toEqual(compared.toSorted((a, b) => a - b));
  });

  it('that has changed in place is sent under an id with its checksum; the same again is there', async () => {
    await upload(large);
    const { key, existed } = await upload(lookalike);
    expect(existed).toBe(false);
    expect(key).toMatch(/^p[a-z2-7]{25}-[a-z2-7]{13}\/large\.bin$/);
    expect([...service.objects.values()]).toEqual([SIZE, SIZE]);
    service.sent.length = 0;
    expect(await upload(lookalike)).toEqual({ existed: true, key });
    expect(await upload(large)).toMatchObject({ existed: true });
    expect(service.sent).toEqual([]);
  });

  it('is sent, where nobody tells the checksum of what is there', async () => {
    for (const id of [/^p[^-]+\//, /^p[^-]+-[^-]+\//, /^r/]) {
      const { key, existed } = await upload(large);
      service.checksums.clear();
      expect(existed).toBe(false);
      expect(key).toMatch(id);
    }
    expect(service.objects.size).toBe(3);
  });

  it('goes on under the id with its checksum where it was broken off', async () => {
    await upload(large);
    service.s3 = (_, url) => (partOf(url) > 4 ? failure(403, 'AccessDenied') : undefined);
    await expect(upload(lookalike)).rejects.toMatchObject({ code: 'AccessDenied' });
    const stored = [...service.uploads.values()][0]?.size ?? 0;
    expect(stored).toBeGreaterThan(0);
    service.s3 = () => undefined;
    service.sent.length = 0;
    expect(await upload(lookalike)).toMatchObject({ existed: false });
    expect(service.sent).toHaveLength(10 - stored);
  });

  it('is read from its beginning after a pause: it may have been changed meanwhile', async () => {
    await upload(large);
    const reader = fileReader();
    let read = 0;
    const sum = async (piece: Blob) => {
      if (++read === 2) again.pause();
      return reader.sum(piece);
    };
    const again = service.engine({ reader: { ...reader, sum } }).upload(large);
    for (let i = 0; i < 50 && read < 2; i++) await settled();
    await settled();
    expect(read).toBe(2);
    again.resume();
    await expect(again.done).resolves.toMatchObject({ existed: true });
    expect(read).toBe(2 + 3);
  });

  it('that cannot be read is not said to be there', async () => {
    await upload(large);
    const sum = () => Promise.reject(new UploadError(0, 'FileChanged', 'gone', 'fail'));
    const again = service.engine({ reader: { ...fileReader(), sum } }).upload(large);
    await expect(again.done).rejects.toMatchObject({ code: 'FileChanged' });
  });
});

describe('two files that look alike', () => {
  it('of one drop end as two objects, one after the other', async () => {
    service.compares = true;
    const engine = service.engine();
    const outcomes = await Promise.all([large, lookalike].map((file) => engine.upload(file).done));
    expect(outcomes.map(({ existed }) => existed)).toEqual([false, false]);
    expect(new Set(service.checksums.values()).size).toBe(2);
    expect(
      parts()
        .slice(0, 10)
        .toSorted((a, b) => a - b),
    ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('and are the same: one is sent', async () => {
    const engine = service.engine();
    const outcomes = await Promise.all([large, large].map((file) => engine.upload(file).done));
    // Whose samples were read first goes first.
    expect(outcomes.map(({ existed }) => existed).toSorted()).toEqual([false, true]);
    expect(service.sent).toHaveLength(10);
  });

  it('in two folders do not meet', async () => {
    const engine = service.engine();
    const files = [
      { ...large, folder: 'set/a' },
      { ...lookalike, folder: 'set/b' },
    ];
    const keys = await Promise.all(files.map(async (file) => (await engine.upload(file).done).key));
    expect(keys).toEqual([
      expect.stringMatching(/^set\/a\/p[^-]*\/large\.bin$/),
      expect.stringMatching(/^set\/b\/p[^-]*\/large\.bin$/),
    ]);
  });

  it('the second waits for the first while that is paused, and goes when it is cancelled', async () => {
    const engine = service.engine();
    const first = engine.upload(large);
    const second = engine.upload(lookalike);
    let begun = () => {};
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    service.s3 = () => {
      begun();
      return undefined;
    };
    await started;
    await first.cancel();
    await expect(second.done).resolves.toMatchObject({ existed: false });
    expect(service.objects.size).toBe(1);
  });

  it('from two pages at once, their parts in one upload, end as two objects all the same', async () => {
    service.compares = true;
    const outcomes = await Promise.all([upload(large), upload(lookalike)]);
    expect(outcomes.map(({ existed }) => existed)).toEqual([false, false]);
    expect(new Set(service.checksums.values()).size).toBe(2);
    const zeros = encodeCrc(crc64nvme(new Uint8Array(SIZE)));
    expect([...service.checksums.values()]).toContain(zeros);
  });
});

describe('an unfinished upload whose file has changed in place', () => {
  /** Breaks an upload of `large` off in the middle. */
  async function begun(): Promise<number> {
    service.s3 = (_, url) => (partOf(url) > 7 ? failure(403, 'AccessDenied') : undefined);
    await expect(upload(large)).rejects.toThrow();
    service.s3 = () => undefined;
    service.sent.length = 0;
    expect(service.uploads.values().next().value?.has(7)).toBe(true); // which holds 13 MiB
    return service.uploads.values().next().value?.size ?? 0;
  }

  it('sends what is missing and what differs, where S3 tells checksums of parts', async () => {
    service.compares = true;
    const zeros = encodeCrc(crc64nvme(new Uint8Array(PART)));
    service.checksum = (n) => (service.sent.some(({ url }) => partOf(new URL(url)) === n) ? undefined : zeros);
    const stored = await begun();
    expect(await upload(lookalike)).toMatchObject({ existed: false, key: expect.stringMatching(/^p[^-]+\//) });
    expect(service.sent).toHaveLength(10 - stored + 1);
    expect(parts()).toContain(7);
  });

  it('sends what differs after a pause of the page too', async () => {
    service.compares = true;
    const crc = encodeCrc(crc64nvme(new Uint8Array(PART)));
    const changed = encodeCrc(crc64nvme(new Uint8Array(await lookalike.body.slice(12 * MiB, 14 * MiB).arrayBuffer())));
    const news = source('large.bin', SIZE);
    let paused = () => {};
    const pausing = new Promise<void>((resolve) => {
      paused = resolve;
    });
    const going = service.engine().upload(news);
    service.s3 = (_, url) => {
      if (partOf(url) > 7) {
        going.pause();
        paused();
      }
      return undefined;
    };
    await pausing;
    await settled();
    const before = new Set(service.uploads.values().next().value?.keys());
    expect(before.has(7)).toBe(true);
    // What was chosen is the same file on the disk, with other bytes by now.
    Object.assign(news.body, { slice: lookalike.body.slice.bind(lookalike.body) });
    service.s3 = () => undefined;
    service.sent.length = 0;
    service.checksum = (n) => (n === 7 && parts().includes(7) ? changed : crc);
    going.resume();
    await going.done;
    expect(parts()).toContain(7);
    expect(service.checksums.size).toBe(1);
  });

  it('is sent anew where S3 does not: Complete refuses the mixture', async () => {
    service.compares = true;
    await begun();
    const { key } = await upload(lookalike);
    expect(key).toMatch(/^p[^-]+-/);
    expect(service.objects.size).toBe(1);
    expect(service.uploads.size).toBe(0);
  });
});

describe('an object that another client has finished meanwhile', () => {
  /** Has Complete answer that somebody was faster. */
  function faster(checksum?: string): void {
    service.api = ({ path, body }) => {
      if (path !== '/uploads/complete') return undefined;
      service.api = () => undefined;
      service.objects.set(body.key, body.size);
      return [
        412,
        { code: 'PreconditionFailed', key: body.key, ...(checksum ? { checksum: { crc64nvme: checksum } } : {}) },
      ];
    };
  }

  it('is this file where the checksum says so, and no parts are left behind', async () => {
    faster(encodeCrc(crc64nvme(new Uint8Array(SIZE))));
    expect(await upload(large)).toMatchObject({ existed: true });
    expect(service.uploads.size).toBe(0);
  });

  it.each([undefined, 'AAAAAAAAAAA='])('is another one where it is %s: the file is sent', async (checksum) => {
    faster(checksum);
    expect(await upload(large)).toMatchObject({ existed: false, key: expect.stringMatching(/^p[^-]+-/) });
    expect(service.uploads.size).toBe(0);
    expect(service.objects.size).toBe(2);
  });
});
