import { base64 } from './bytes.ts';

/**
 * CRC64NVME, the checksum that S3 gives every object: polynomial 0xAD93D23594C93659, reflected, all ones at both ends
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html). Plain script, eight bytes at a
 * time: as fast as WebAssembly here, and a page needs no 'wasm-unsafe-eval' for it.
 */

/** The polynomial, its bits reflected. */
const POLY = 0x9a6c9329ac4bc9b5n;
const MASK = 0xffffffffffffffffn;
/** Bytes taken in one step. */
const STEP = 8;

interface Tables {
  low: Uint32Array;
  high: Uint32Array;
}

let tables: Tables | undefined;

/** Table k has, for each byte, what it adds to the checksum when k bytes follow it; halves of 32 bits. */
function makeTables(): Tables {
  const low = new Uint32Array(256 * STEP);
  const high = new Uint32Array(256 * STEP);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ POLY : crc >> 1n;
    low[byte] = Number(crc & 0xffffffffn);
    high[byte] = Number(crc >> 32n);
  }
  for (let i = 256; i < 256 * STEP; i++) {
    const l = low[i - 256] as number;
    const h = high[i - 256] as number;
    low[i] = ((l >>> 8) | (h << 24)) ^ (low[l & 255] as number);
    high[i] = (h >>> 8) ^ (high[l & 255] as number);
  }
  return { low, high };
}

/** The checksum of what came before, `crc`, followed by `bytes`. Start with 0n. */
export function crc64nvme(bytes: Uint8Array, crc = 0n): bigint {
  tables ??= makeTables();
  const t = tables;
  let l = ~Number(crc & 0xffffffffn);
  let h = ~Number(crc >> 32n);
  // Words have to begin at multiples of four bytes.
  const lead = Math.min(bytes.length, -bytes.byteOffset & 3);
  const steps = Math.floor((bytes.length - lead) / STEP);
  const byByte = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const index = (l ^ (bytes[i] as number)) & 255;
      l = ((l >>> 8) | (h << 24)) ^ (t.low[index] as number);
      h = (h >>> 8) ^ (t.high[index] as number);
    }
  };
  byByte(0, lead);
  if (steps > 0) [l, h] = byStep(t, new Uint32Array(bytes.buffer, bytes.byteOffset + lead, steps * 2), l, h);
  byByte(lead + steps * STEP, bytes.length);
  return (BigInt(~h >>> 0) << 32n) | BigInt(~l >>> 0);
}

/** Eight bytes a turn. Words are little-endian, as on every machine that runs a browser. */
function byStep({ low, high }: Tables, words: Uint32Array, l: number, h: number): [number, number] {
  for (let i = 0; i < words.length; i += 2) {
    const a = (words[i] as number) ^ l;
    const b = (words[i + 1] as number) ^ h;
    const i7 = 1792 + (a & 255);
    const i6 = 1536 + ((a >>> 8) & 255);
    const i5 = 1280 + ((a >>> 16) & 255);
    const i4 = 1024 + (a >>> 24);
    const i3 = 768 + (b & 255);
    const i2 = 512 + ((b >>> 8) & 255);
    const i1 = 256 + ((b >>> 16) & 255);
    const i0 = b >>> 24;
    // biome-ignore format: one line a half.
    l = (low[i7] as number) ^ (low[i6] as number) ^ (low[i5] as number) ^ (low[i4] as number) ^ (low[i3] as number) ^ (low[i2] as number) ^ (low[i1] as number) ^ (low[i0] as number);
    // biome-ignore format: one line a half.
    h = (high[i7] as number) ^ (high[i6] as number) ^ (high[i5] as number) ^ (high[i4] as number) ^ (high[i3] as number) ^ (high[i2] as number) ^ (high[i1] as number) ^ (high[i0] as number);
  }
  return [l, h];
}

/** Product of two polynomials modulo the checksum's; bit 63 is x⁰. */
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let bit = 63n; bit >= 0n && a & MASK; bit--) {
    if ((a >> bit) & 1n) product ^= b;
    b = b & 1n ? (b >> 1n) ^ POLY : b >> 1n;
  }
  return product;
}

/** x to the power of 8 × `bytes`: what so many bytes behind it do to a checksum. */
function shift(bytes: number): bigint {
  let power = 1n << 63n;
  let square = 1n << 55n; // x⁸
  for (let n = BigInt(bytes); n > 0n; n >>= 1n) {
    if (n & 1n) power = multiply(power, square);
    square = multiply(square, square);
  }
  return power;
}

/** The checksum of a whole from those of its pieces and their lengths in bytes, in order. */
export function combine(pieces: Iterable<{ crc: bigint; length: number }>): bigint {
  let whole = 0n;
  const shifts = new Map<number, bigint>(); // all parts but the last are of one length
  for (const { crc, length } of pieces) {
    const by = shifts.get(length) ?? shift(length);
    shifts.set(length, by);
    whole = multiply(whole, by) ^ crc;
  }
  return whole;
}

/** The checksum's eight bytes, the highest first. */
export function crcBytes(crc: bigint): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, i) => Number((crc >> BigInt(56 - 8 * i)) & 255n));
}

/** As S3 writes it: base64 of the eight bytes. */
export function encodeCrc(crc: bigint): string {
  return base64(crcBytes(crc));
}
