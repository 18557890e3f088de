import { describe, expect, it } from 'vitest';
import { contentId, hintId, ownId, randomId, SAMPLE } from '../src/engine/id.ts';
import type { SourceFile } from '../src/engine/source.ts';

function file(change: Partial<SourceFile> = {}): SourceFile {
  return { name: 'a.txt', type: 'text/plain', lastModified: 1_700_000_000_123, body: new Blob(['hello']), ...change };
}

/** `size` zeros with a one at `offset`. */
function zerosBut(size: number, offset: number): Blob {
  const bytes = new Uint8Array(size);
  bytes[offset] = 1;
  return new Blob([bytes]);
}

describe('the id of a file in parts', () => {
  it('holds to its definition, so that other clients find the same upload', async () => {
    // printf 'signet-file-id/2\na.txt\n5\n1700000000\nhello' | openssl sha256 -binary | base32 | cut -c1-25
    expect(await hintId(file())).toBe('p5wlwfyyugmioad5wy6yjvo4qs');
  });

  it.each([
    ['media type', file({ type: 'text/html' })],
    ['a fraction of a second', file({ lastModified: 1_700_000_000_999 })],
    ['folder, which the key has already', file({ folder: 'photos', name: 'a.txt' })],
    ['folder within the name', file({ name: 'photos/2026/a.txt' })],
    ['folder within the name, of Windows', file({ name: 'photos\\a.txt' })],
  ])('does not depend on the %s', async (_, changed) => {
    expect(await hintId(changed)).toBe(await hintId(file()));
  });

  it('takes a name in NFD for the same as in NFC', async () => {
    const name = '큰 파일.bin';
    expect(await hintId(file({ name: name.normalize('NFD') }))).toBe(await hintId(file({ name })));
  });

  it.each([
    ['name', file({ name: 'b.txt' })],
    ['second of modification', file({ lastModified: 1_700_000_001_000 })],
    ['content', file({ body: new Blob(['hellO']) })],
    ['size', file({ body: new Blob(['hello\n']) })],
    ['emptiness', file({ body: new Blob([]) })],
  ])('depends on the %s', async (_, changed) => {
    expect(await hintId(changed)).not.toBe(await hintId(file()));
  });

  const large = 10 * SAMPLE;
  const middle = Math.floor((large - SAMPLE) / 2);
  it.each([
    ['first byte', large, 0, true],
    ['last byte of the head', large, SAMPLE - 1, true],
    ['byte after the head', large, SAMPLE, false],
    ['byte before the middle', large, middle - 1, false],
    ['first byte of the middle', large, middle, true],
    ['byte after the middle', large, middle + SAMPLE, false],
    ['first byte of the tail', large, large - SAMPLE, true],
    ['last byte', large, large - 1, true],
    ['any byte of a file of three samples', 3 * SAMPLE, SAMPLE + 5, true],
  ])('%s: sampled', async (_, size, offset, sampled) => {
    const plain = await hintId(file({ body: new Blob([new Uint8Array(size)]) }));
    const changed = await hintId(file({ body: zerosBut(size, offset) }));
    expect(changed !== plain).toBe(sampled);
  });

  it('with the checksum of other content has 13 more digits', async () => {
    // The CRC64NVME of "123456789": its check value in every catalogue.
    expect(ownId('p5wlwfyyugmioad5wy6yjvo4qs', 0xae8b14860a799888n)).toBe('p5wlwfyyugmioad5wy6yjvo4qs-v2frjbqkpgmiq');
  });
});

describe('the id of known content', () => {
  it('is of its SHA-256 alone', async () => {
    // printf hello | openssl sha256 -binary | base32 | cut -c1-26
    const sha256 = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode('hello')));
    expect(contentId(sha256)).toBe('hftze3os7wcrq4jxihmvmlopcty');
  });
});

it('every id is what the API accepts', async () => {
  const hint = await hintId(file());
  for (const id of [hint, ownId(hint, 0n), contentId(new Uint8Array(32)), randomId()]) {
    expect(id).toMatch(/^[a-z0-9-]{8,48}$/);
  }
  expect(randomId()).toMatch(/^r[a-z2-7]{26}$/);
  expect(randomId()).not.toBe(randomId());
});
