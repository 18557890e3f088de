import { describe, expect, it } from 'vitest';
import { combine, crc64nvme, encodeCrc } from '../src/engine/crc64.ts';

const text = (s: string) => new TextEncoder().encode(s);

/** Bytes that look like chance and are the same every time. */
function bytes(length: number): Uint8Array {
  let x = 1;
  return Uint8Array.from({ length }, () => {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    return x >>> 24;
  });
}

/** The definition, bit by bit. */
function slow(data: Uint8Array): bigint {
  let crc = 0xffffffffffffffffn;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let i = 0; i < 8; i++) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c9329ac4bc9b5n : crc >> 1n;
  }
  return crc ^ 0xffffffffffffffffn;
}

describe('crc64nvme', () => {
  // The check value of CRC-64/NVME in the catalogue of parametrised CRC algorithms; the other two as S3 answers them.
  it.each([
    ['', 0n, 'AAAAAAAAAAA='],
    ['123456789', 0xae8b14860a799888n, 'rosUhgp5mIg='],
    ['hello world', 0x8d29d5c3f6ea8eben, 'jSnVw/bqjr4='],
  ])('of %j', (input, want, encoded) => {
    expect(crc64nvme(text(input))).toBe(want);
    expect(encodeCrc(want)).toBe(encoded);
  });

  it.each([1, 7, 8, 9, 15, 16, 17, 63, 64, 1000])('%d bytes, at each place in memory: as defined', (length) => {
    const all = bytes(length + 8);
    for (let at = 0; at < 8; at++) {
      const piece = all.subarray(at, at + length);
      expect(crc64nvme(piece)).toBe(slow(piece));
    }
  });

  it('goes on where it stopped', () => {
    const all = bytes(1000);
    for (const cut of [0, 1, 500, 999, 1000]) {
      expect(crc64nvme(all.subarray(cut), crc64nvme(all.subarray(0, cut)))).toBe(crc64nvme(all));
    }
  });
});

describe('combine', () => {
  it.each([[[0]], [[1]], [[1000]], [[500, 500]], [[300, 300, 300, 100]], [[1, 0, 998, 1]]])(
    'pieces of %j bytes',
    (lengths) => {
      const all = bytes(lengths.reduce((a, b) => a + b));
      let end = 0;
      const pieces = lengths.map((length) => {
        end += length;
        return { crc: crc64nvme(all.subarray(end - length, end)), length };
      });
      expect(combine(pieces)).toBe(crc64nvme(all));
    },
  );

  it('ten thousand parts of more than 4 GiB have one, whatever their order of sending', () => {
    const crc = crc64nvme(text('part'));
    const length = 5 * 1024 ** 3;
    const pieces = Array.from({ length: 10_000 }, () => ({ crc, length }));
    const halves = [pieces.slice(0, 5000), pieces.slice(5000)].map((half) => ({
      crc: combine(half),
      length: length * 5000,
    }));
    expect(combine(pieces)).toBe(combine(halves));
  });
});
