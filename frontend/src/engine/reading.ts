import { crc64nvme } from './crc64.ts';

/** What is wanted of a piece of a file: its checksum, and with `keep` its bytes too. */
export interface Question {
  piece: Blob;
  keep?: boolean;
}

/** What a piece of a file holds. */
export interface Content {
  crc: bigint;
  bytes?: ArrayBuffer;
}

/** Bytes read at once, unless all of them are kept. */
const CHUNK = 1024 * 1024;

/** Reads the piece, once. */
export async function answer({ piece, keep }: Question): Promise<Content> {
  if (!keep) return { crc: await sum(piece) };
  const bytes = await piece.arrayBuffer();
  return { crc: crc64nvme(new Uint8Array(bytes)), bytes };
}

/** The checksum, read through one buffer: a new one for each chunk is left to the collector, hundreds of megabytes late. */
async function sum(piece: Blob): Promise<bigint> {
  const reader = byteReader(piece);
  if (!reader) return sumChunks(piece);
  let crc = 0n;
  for (let buffer = new ArrayBuffer(CHUNK); ; ) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (value) {
      crc = crc64nvme(value, crc);
      buffer = value.buffer;
    }
    if (done) return crc;
  }
}

function byteReader(piece: Blob): ReadableStreamBYOBReader | undefined {
  try {
    return piece.stream().getReader({ mode: 'byob' });
  } catch {
    return undefined; // a browser whose Blobs are no byte streams
  }
}

async function sumChunks(piece: Blob): Promise<bigint> {
  let crc = 0n;
  for (let at = 0; at < piece.size; at += CHUNK) {
    crc = crc64nvme(new Uint8Array(await piece.slice(at, at + CHUNK).arrayBuffer()), crc);
  }
  return crc;
}
