import { crc64nvme } from './crc64.ts';

/**
 * What is wanted of a piece of a file besides its checksum: its bytes, a Blob of them, or nothing more. A Blob's bytes lie
 * with the browser, not in the page's memory.
 */
export interface Question {
  piece: Blob;
  keep?: 'bytes' | 'blob';
}

/** What a piece of a file holds. */
export interface Content {
  crc: bigint;
  bytes?: ArrayBuffer;
  blob?: Blob;
}

/** Bytes read at once, unless all of them are kept. */
const CHUNK = 2 * 1024 * 1024;

/** Reads the piece, once. */
export async function answer({ piece, keep }: Question): Promise<Content> {
  if (keep === 'bytes') {
    const bytes = await piece.arrayBuffer();
    return { crc: crc64nvme(new Uint8Array(bytes)), bytes };
  }
  let crc = 0n;
  const chunks: Blob[] = [];
  for (let at = 0; at < piece.size; at += CHUNK) {
    const bytes = await piece.slice(at, at + CHUNK).arrayBuffer();
    crc = crc64nvme(new Uint8Array(bytes), crc);
    if (keep) chunks.push(new Blob([bytes]));
  }
  return { crc, ...(keep ? { blob: new Blob(chunks) } : {}) };
}
