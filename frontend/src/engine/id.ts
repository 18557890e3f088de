import { concat } from './bytes.ts';
import { changedError } from './errors.ts';

/** What the engine needs to know of a file. `body` is only ever sliced, never read whole. */
export interface SourceFile {
  name: string;
  /** Media type; empty when unknown. */
  type: string;
  /** Milliseconds since 1970; 0 when unknown. */
  lastModified: number;
  body: Blob;
}

/** Bytes of each sample. */
export const SAMPLE = 64 * 1024;

/**
 * The file's id: 32 hex digits that any client computes alike, so that an upload begun elsewhere is found again and a
 * finished one is not sent twice. It is the first half of the SHA-256 of
 *
 *     "signet-file-id/1\n" name-in-NFC "\n" size "\n" modified-in-whole-seconds "\n" samples
 *
 * in UTF-8, where samples are the first, the middle (from floor((size - SAMPLE) / 2)) and the last SAMPLE bytes, or the
 * whole content where the size is at most 3 × SAMPLE. Seconds, because file systems and archives keep no finer time in common.
 * `content` is the file's, where it has been read already. Rejects with an UploadError, code FileChanged.
 */
export async function fileId(file: SourceFile, content?: ArrayBuffer): Promise<string> {
  const { size } = file.body;
  const seconds = Math.floor(file.lastModified / 1000);
  const head = new TextEncoder().encode(`signet-file-id/1\n${file.name.normalize('NFC')}\n${size}\n${seconds}\n`);
  // A Blob of bytes that the page has would go to another process and back, which costs a millisecond for each small file.
  const bytes = content
    ? concat(head, ...samples(content.byteLength).map(([from, to]) => new Uint8Array(content, from, to - from)))
    : await read([head, ...samples(size).map(([from, to]) => file.body.slice(from, to))]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function read(pieces: BlobPart[]): Promise<ArrayBuffer> {
  return new Blob(pieces).arrayBuffer().catch((error: Error) => Promise.reject(changedError(error.message)));
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
