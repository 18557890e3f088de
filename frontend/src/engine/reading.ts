import { crc64nvme } from './crc64.ts';

/** What is wanted of a piece of a file: its checksum, and with `keep` its bytes too. */
export interface Question {
  piece: Blob;
  keep: boolean;
}

/** What a piece of a file holds. */
export interface Content {
  crc: bigint;
  bytes?: ArrayBuffer;
}

/** Bytes read at once where they are not kept. */
const CHUNK = 4 * 1024 * 1024;

/** Reads the piece, once. */
export async function answer({ piece, keep }: Question): Promise<Content> {
  if (keep) {
    const bytes = await piece.arrayBuffer();
    return { crc: crc64nvme(new Uint8Array(bytes)), bytes };
  }
  let crc = 0n;
  for (let at = 0; at < piece.size; at += CHUNK) {
    crc = crc64nvme(new Uint8Array(await piece.slice(at, at + CHUNK).arrayBuffer()), crc);
  }
  return { crc };
}
