import { makeZip } from 'client-zip';
import { words } from '../words.ts';
import { Buffers, bytesOf } from './bytes.ts';
import type { Member } from './list.ts';

/** Addresses that are signed before their files' turn. */
const AHEAD = 6;

/** One file of an archive could not be read; `cause` says why. */
export class MemberError extends Error {
  constructor(
    readonly path: string,
    cause: unknown,
  ) {
    super(words(cause), { cause });
  }
}

/** What an archive is made of. */
export interface ZipSource {
  members: readonly Member[];
  /** Signs the address of a file. */
  url(key: string): Promise<string>;
  signal: AbortSignal;
  /** Hears of bytes that have come. */
  moved(bytes: number): void;
  fetch?: typeof fetch;
}

/** Writes an archive of all members, each read as it is written, and closes `room`. Where a size, an offset or the number of files wants it, it is a ZIP64. */
export async function writeZip(source: ZipSource, room: WritableStream<Uint8Array>): Promise<void> {
  const buffers = new Buffers();
  const zip = makeZip(inputs(source, buffers), { buffersAreUTF8: true }).getReader();
  const out = room.getWriter();
  try {
    for (let next = await zip.read(); !next.done; next = await zip.read()) {
      source.signal.throwIfAborted();
      await out.write(next.value);
      buffers.give(next.value);
    }
    await out.close();
  } catch (error) {
    await zip.cancel().catch(() => {});
    throw error;
  } finally {
    out.releaseLock();
  }
}

async function* inputs({ members, url: sign, signal, moved, fetch: get }: ZipSource, buffers: Buffers) {
  const addresses = new Map<number, Promise<string>>();
  const ahead = (i: number) => {
    const member = members[i];
    if (!member || addresses.has(i)) return;
    const address = sign(member.file.key);
    address.catch(() => {}); // whoever waits for it hears of it
    addresses.set(i, address);
  };
  for (const [i, { file, path }] of members.entries()) {
    for (let n = i; n < i + AHEAD; n++) ahead(n);
    let first = addresses.get(i);
    addresses.delete(i);
    const url = () => {
      const address = first ?? sign(file.key);
      first = undefined;
      return address;
    };
    const origin = { size: file.size, url, signal, buffers, ...(get ? { fetch: get } : {}) };
    const input = counted(bytesOf(origin), moved, path);
    yield { name: path, lastModified: new Date(file.modified), size: file.size, input };
  }
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  moved: (count: number) => void,
  path: string,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) {
      moved(chunk.length);
      yield chunk;
    }
  } catch (cause) {
    throw new MemberError(path, cause);
  }
}
