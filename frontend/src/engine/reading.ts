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
const CHUNK = 4 * 1024 * 1024;

/** Reads the piece, once. */
export async function answer({ piece, keep }: Question): Promise<Content> {
  if (keep) {
    const bytes = await piece.arrayBuffer();
    return { crc: crc64nvme(new Uint8Array(bytes)), bytes };
  }
  const read = (at: number) => (at < piece.size ? piece.slice(at, at + CHUNK).arrayBuffer() : undefined);
  let crc = 0n;
  let next = read(0);
  for (let at = CHUNK; next; at += CHUNK) {
    const bytes = await next;
    next = read(at); // on its way while this one is summed up
    next?.catch(() => {}); // told when its turn comes
    crc = crc64nvme(new Uint8Array(bytes), crc);
  }
  return { crc };
}
