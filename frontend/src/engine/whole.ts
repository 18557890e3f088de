import { combine } from './crc64.ts';
import type { Context } from './flow.ts';

/** Bytes read between two words of how far it is. */
const PIECE = 8 * 1024 * 1024;
/** Pieces read at once: one comes from the disk while the other is summed. */
const LANES = 2;

/** Reads a whole file for its CRC64NVME. `onRead` hears of the bytes read so far. */
export async function wholeCrc(
  { reader, readingParts }: Pick<Context, 'reader' | 'readingParts'>,
  body: Blob,
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): Promise<bigint> {
  const count = Math.ceil(body.size / PIECE);
  const crcs: { crc: bigint; length: number }[] = new Array(count);
  let next = 0;
  let read = 0;
  const lane = async () => {
    while (next < count) {
      const n = next++;
      const piece = body.slice(n * PIECE, (n + 1) * PIECE);
      crcs[n] = { crc: await readingParts.run(() => reader.sum(piece), signal), length: piece.size };
      read += piece.size;
      onRead(read);
    }
  };
  onRead(0);
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    next = count; // the other lane stops where one has failed
  }
  return combine(crcs);
}
