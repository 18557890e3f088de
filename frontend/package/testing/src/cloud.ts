import { asFault, type Fault, type FaultKind, type Log } from './faults.ts';
import type { Ready } from './process.ts';

/** An object of the bucket. */
export interface StoredObject {
  key: string;
  /** The file's name, which the key holds. */
  name: string;
  /** Bytes. */
  size: number;
  type: string;
  /** CRC64NVME in base64; empty where S3 has none. */
  checksum: string;
  metadata: Record<string, string>;
  /** RFC 3339. */
  modified: string;
}

/** What a pass is for: the body of POST /passes. With `owner` it is made as the application's server does. */
export interface PassRequest {
  do: 'upload' | 'read';
  /** Whose: it is made with /backend/passes then. */
  owner?: string;
  expires?: string;
  [field: string]: unknown;
}

/** A pass that was made. */
export interface Pass {
  id: string;
  token: string;
  url: string;
  expires: string;
}

/**
 * A local cloud, however it was started. `ready` is plain JSON, what `signet dev --json` prints; hand it to where another process
 * or thread runs the tests, and `connect` there.
 */
export class Cloud {
  #ready: Ready;

  constructor(ready: Ready) {
    this.#ready = ready;
  }

  get ready(): Ready {
    return this.#ready;
  }
  /** Origin of the site. */
  get site(): string {
    return this.#ready.site;
  }
  /** Base of the API. */
  get api(): string {
    return this.#ready.api;
  }
  /** Origin of S3, as clients reach it. */
  get s3(): string {
    return this.#ready.s3;
  }
  /** The bucket's name. */
  get bucket(): string {
    return this.#ready.bucket;
  }
  /** Token of alice. */
  get token(): string {
    return this.#ready.token;
  }
  /** Tokens of all users by name. */
  get tokens(): Record<string, string> {
    return this.#ready.tokens;
  }

  /** After a start at the same place. */
  protected became(ready: Ready): void {
    this.#ready = ready;
  }

  /** A new token, of `life` such as `5s`. */
  async newToken(user = 'alice', life = '1h'): Promise<string> {
    return (await this.#ask<{ token: string }>('POST', '/token', { user, life })).token;
  }

  /** Calls the API as somebody; throws unless the answer is 2xx. */
  async call<T>(method: string, path: string, body?: unknown, user = 'alice'): Promise<T> {
    const headers = { authorization: `Bearer ${await this.newToken(user)}`, 'content-type': 'application/json' };
    return answered<T>(method, path, await fetch(this.api + path, request(method, headers, body)));
  }

  /** Calls `/backend` and `path` as the application's server, which signs with its keys. */
  async callBackend<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#ask<T>('POST', '/backend', { method, path, body });
  }

  /** Makes a pass, as alice, or with `owner` as the application's server. The configuration has to say `passes: true`. */
  async pass(wish: PassRequest): Promise<Pass> {
    const wanted = { expires: '1h', ...wish };
    return wish.owner === undefined
      ? this.call('POST', '/passes', wanted)
      : this.callBackend('POST', '/passes', wanted);
  }

  /** What is in the bucket, in the order of keys. */
  async objects(prefix = ''): Promise<StoredObject[]> {
    const query = new URLSearchParams({ prefix });
    return (await this.#ask<{ objects: StoredObject[] }>('GET', `/objects?${query}`)).objects;
  }

  /** The bytes of an object. */
  async read(key: string): Promise<Buffer> {
    const path = `/objects/${key.split('/').map(encodeURIComponent).join('/')}`;
    const answer = await fetch(this.#ready.control + path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${(await answer.text()).trim()}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** Has a fault be done to the next request that it fits. Faults wait in the order in which they were asked for. */
  async fault(fault: FaultKind | Fault): Promise<void> {
    await this.#ask('POST', '/arm', asFault(fault));
  }

  /** Cuts the line to S3 and to the site, for so many milliseconds or until `online`. */
  async offline(milliseconds = 0): Promise<void> {
    await this.#ask('POST', '/offline', { milliseconds });
  }

  /** Puts the line back. */
  async online(): Promise<void> {
    await this.#ask('POST', '/online', {});
  }

  /** What came through to S3 and to the API, and which faults happened. */
  async log(): Promise<{ s3: Log; site: Log }> {
    return this.#ask('GET', '/log');
  }

  /** Forgets the log, and the faults that wait. */
  async reset(): Promise<void> {
    await this.#ask('POST', '/reset', {});
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return answered<T>(method, path, await fetch(this.#ready.control + path, request(method, headers, body)));
  }
}

const request = (method: string, headers: Record<string, string>, body: unknown): RequestInit => ({
  method,
  headers,
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

async function answered<T>(method: string, path: string, answer: Response): Promise<T> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.trim()}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
