import { crc64nvme } from './crc64.ts';

/** What is wanted of a piece of a file: its checksum alone, or with `keep` its bytes. */
export interface Question {
  piece: Blob;
  keep: boolean;
}

/** The bytes of a piece, and their SHA-256. */
export interface Content {
  bytes: ArrayBuffer;
  sha256: Uint8Array<ArrayBuffer>;
}

/** Bytes read at once, unless all of them are kept. */
const CHUNK = 1024 * 1024;

/** Reads the piece, once: answers its CRC64NVME, or with `keep` its content. */
export function answer({ piece, keep }: Question): Promise<bigint | Content> {
  return keep ? content(piece) : sum(piece);
}

async function content(piece: Blob): Promise<Content> {
  const bytes = await piece.arrayBuffer();
  return { bytes, sha256: new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))) };
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
