import { base32 } from './base32.ts';
import { crcBytes } from './crc64.ts';
import { changedError } from './errors.ts';
import type { SourceFile } from './source.ts';

/** Bytes of each sample. */
export const SAMPLE = 64 * 1024;

/** The id of known content: `h` and 26 base32 digits of its SHA-256, to which the service holds the bytes. The same content is the same object by every way. */
export function contentId(sha256: Uint8Array): string {
  return `h${base32(sha256).slice(0, 26)}`;
}

/**
 * The id of a file in parts: `p` and 25 base32 digits that any client computes alike, so that an upload begun elsewhere is
 * found again. They are of the SHA-256 of
 *
 *     "signet-file-id/2\n" name-in-NFC "\n" size "\n" modified-in-whole-seconds "\n" samples
 *
 * in UTF-8, where name is what stands behind the last slash (the folder is in the key already), and samples are the first,
 * the middle (from floor((size - SAMPLE) / 2)) and the last SAMPLE bytes, or the whole content where the size is at most
 * 3 × SAMPLE. Seconds, because file systems and archives keep no finer time in common.
 *
 * It is a hint: another file may have the same one. Rejects with an UploadError, code FileChanged.
 */
export async function hintId({ name, lastModified, body }: SourceFile): Promise<string> {
  const own = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).normalize('NFC');
  const head = `signet-file-id/2\n${own}\n${body.size}\n${Math.floor(lastModified / 1000)}\n`;
  const pieces = [head, ...samples(body.size).map(([from, to]) => body.slice(from, to))];
  const read = new Blob(pieces).arrayBuffer();
  const bytes = await read.catch((error: Error) => Promise.reject(changedError(error.message)));
  return `p${base32(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)))).slice(0, 25)}`;
}

/** The id of a file whose hint belongs to other content: the hint and the 13 base32 digits of its CRC64NVME. */
export function ownId(hint: string, crc: bigint): string {
  return `${hint}-${base32(crcBytes(crc))}`;
}

/** An id of nothing that is known: `r` and 26 base32 digits of 128 random bits. */
export function randomId(): string {
  return `r${base32(crypto.getRandomValues(new Uint8Array(16)))}`;
}

/** Where the samples of a file of `size` bytes begin and end. */
function samples(size: number): [from: number, to: number][] {
  if (size <= 3 * SAMPLE) return [[0, size]];
  const middle = Math.floor((size - SAMPLE) / 2);
  return [
    [0, SAMPLE],
    [middle, middle + SAMPLE],
    [size - SAMPLE, size],
  ];
}
