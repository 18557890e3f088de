import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Cloud } from './cloud.ts';

/** An object as the API lists it. */
interface Listed {
  key: string;
  name: string;
  size: number;
}

/** SHA-256 by key of each object of the caller's with this name, or of all. They are fetched by signed URLs, as a person would. */
export async function stored(cloud: Cloud, token: string, name?: string): Promise<Map<string, Digest>> {
  const found = (await list(cloud, token)).filter((file) => name === undefined || file.name === name);
  const digests = new Map<string, Digest>();
  const worker = async () => {
    for (let file = found.pop(); file; file = found.pop()) {
      digests.set(file.key, { name: file.name, sha256: await digest(cloud, token, file.key) });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return digests;
}

/** What an object holds. */
export interface Digest {
  name: string;
  /** In hex. */
  sha256: string;
}

async function list(cloud: Cloud, token: string): Promise<Listed[]> {
  const all: Listed[] = [];
  let cursor: string | undefined;
  do {
    // With all folders: Companion puts each object into one of its own.
    const query = `?recursive=true&limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const page = await call<{ files: Listed[]; next?: string }>(cloud, token, `/files${query}`);
    all.push(...page.files);
    cursor = page.next;
  } while (cursor);
  return all;
}

async function digest(cloud: Cloud, token: string, key: string): Promise<string> {
  const { url } = await call<{ url: string }>(cloud, token, `/files/url?key=${encodeURIComponent(key)}`);
  const answer = await fetch(url);
  if (!answer.ok || !answer.body) throw new Error(`got ${answer.status} for a stored object, want its content`);
  const hash = createHash('sha256');
  for await (const chunk of Readable.fromWeb(answer.body as ReadableStream)) hash.update(chunk);
  return hash.digest('hex');
}

async function call<T>(cloud: Cloud, token: string, path: string): Promise<T> {
  const answer = await fetch(cloud.ready.api + path, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`GET ${path.replace(/\?.*/, '')}: got ${answer.status}, want 200`);
  return (await answer.json()) as T;
}
