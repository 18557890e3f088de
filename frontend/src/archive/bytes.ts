import { UploadError } from '../engine/index.ts';
import { goneError } from '../files.ts';

/** Attempts to go on with one file after its answer broke off without a byte more. */
const ATTEMPTS = 5;
/** Milliseconds before the first of them; each further one waits twice as long. */
const PAUSE = 500;

/** Bytes of a buffer. */
const BUFFER = 1 << 18;

/** Buffers that are filled again once what was in them has been written: gigabytes go through a handful of them, where fresh ones would wait for the garbage collector. */
export class Buffers {
  readonly #free: ArrayBuffer[] = [];

  take(): ArrayBuffer {
    return this.#free.pop() ?? new ArrayBuffer(BUFFER);
  }

  /** What is in it is not needed any more. */
  give({ buffer }: Uint8Array): void {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === BUFFER) this.#free.push(buffer);
  }
}

/** Where a file comes from. */
export interface Origin {
  /** Bytes. */
  size: number;
  /** Signs an address anew. */
  url(): Promise<string>;
  signal: AbortSignal;
  buffers: Buffers;
  fetch?: typeof fetch;
  pause?(milliseconds: number): Promise<void>;
}

/**
 * The bytes of a stored file, all of them: where the line breaks off it goes on from there, and where other bytes are found
 * than those that it began with, or fewer, it fails.
 */
export async function* bytesOf(origin: Origin): AsyncGenerator<Uint8Array> {
  const pause = origin.pause ?? ((milliseconds) => new Promise((done) => setTimeout(done, milliseconds)));
  let [at, failures, tag] = [0, 0, ''];
  for (;;) {
    const before = at;
    try {
      const response = await open(origin, at);
      const etag = response.headers.get('etag') ?? '';
      if (tag !== '' && etag !== tag) throw new Changed();
      tag = etag;
      for await (const chunk of chunks(response, origin.buffers)) {
        at += chunk.length;
        if (at > origin.size) throw new Changed();
        yield chunk;
      }
      if (at === origin.size) return;
      throw new Error(`got ${at} bytes, want ${origin.size}: try again`);
    } catch (error) {
      origin.signal.throwIfAborted();
      failures = at > before ? 0 : failures + 1;
      const ended = error instanceof Changed || error instanceof Refused || error instanceof UploadError;
      if (ended || failures >= ATTEMPTS) throw error;
      await pause(PAUSE * 2 ** failures);
    }
  }
}

/** Another file has taken the place of the one that was begun with. */
class Changed extends Error {
  override message = 'got a file that has changed while it was read: try again';
}

/** The storage says no, and will say so again. */
class Refused extends Error {}

async function open({ url, signal, fetch: get = fetch }: Origin, at: number): Promise<Response> {
  const headers = at > 0 ? { range: `bytes=${at}-` } : {};
  const response = await get(await url(), { headers, signal, referrerPolicy: 'no-referrer' });
  if (response.status === (at > 0 ? 206 : 200)) return response;
  if (response.status === 404) throw goneError();
  const said = `the storage answered with status ${response.status}`;
  // Of a signature that has ended a new one is had with the next attempt.
  const passing = response.status >= 500 || response.status === 429 || response.status === 403;
  throw passing ? new Error(said) : new Refused(said);
}

/** The body piece by piece, in buffers of `buffers` where the browser reads into them. */
async function* chunks({ body }: Response, buffers: Buffers): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = ownReader(body);
  if (!reader) return yield* plain(body);
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(buffers.take()));
      if (done || !value) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** A reader that fills buffers of ours; undefined where this browser has none for what it fetches. */
function ownReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    return undefined;
  }
}

async function* plain(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || !value) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
