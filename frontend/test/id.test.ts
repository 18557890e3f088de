import { describe, expect, it } from 'vitest';
import { fileId, SAMPLE, type SourceFile } from '../src/engine/id.ts';

function file(change: Partial<SourceFile> = {}): SourceFile {
  return { name: 'a.txt', type: 'text/plain', lastModified: 1_700_000_000_123, body: new Blob(['hello']), ...change };
}

/** `size` zeros with a one at `offset`. */
function zerosBut(size: number, offset: number): Blob {
  const bytes = new Uint8Array(size);
  bytes[offset] = 1;
  return new Blob([bytes]);
}

describe('fileId', () => {
  it('is what the API accepts', async () => {
    expect(await fileId(file())).toMatch(/^[a-z0-9-]{8,64}$/);
  });

  it('holds to its definition, so that other clients find the same upload', async () => {
    // printf 'signet-file-id/1\na.txt\n5\n1700000000\nhello' | sha256sum | cut -c1-32
    expect(await fileId(file())).toBe('30753494b47c092df33a8ba66118f910');
  });

  it.each([
    ['media type', file({ type: 'text/html' })],
    ['a fraction of a second', file({ lastModified: 1_700_000_000_999 })],
  ])('does not depend on the %s', async (_, changed) => {
    expect(await fileId(changed)).toBe(await fileId(file()));
  });

  it('takes a name in NFD for the same as in NFC', async () => {
    const name = '큰 파일.bin';
    expect(await fileId(file({ name: name.normalize('NFD') }))).toBe(await fileId(file({ name })));
  });

  it.each([
    ['name', file({ name: 'b.txt' })],
    ['second of modification', file({ lastModified: 1_700_000_001_000 })],
    ['content', file({ body: new Blob(['hellO']) })],
    ['size', file({ body: new Blob(['hello\n']) })],
    ['emptiness', file({ body: new Blob([]) })],
  ])('depends on the %s', async (_, changed) => {
    expect(await fileId(changed)).not.toBe(await fileId(file()));
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
    const plain = await fileId(file({ body: new Blob([new Uint8Array(size)]) }));
    const changed = await fileId(file({ body: zerosBut(size, offset) }));
    expect(changed !== plain).toBe(sampled);
  });

  it.each([0, 5, 3 * SAMPLE, 3 * SAMPLE + 1, large])(
    'is the same of %d bytes that have been read already',
    async (size) => {
      const bytes = crypto.getRandomValues(new Uint8Array(SAMPLE));
      const content = Uint8Array.from({ length: size }, (_, i) => bytes[i % (SAMPLE - 1)] as number);
      const source = file({ body: new Blob([content]) });
      expect(await fileId(source, content.buffer)).toBe(await fileId(source));
    },
  );
});
