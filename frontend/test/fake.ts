import type { Clock } from '../src/engine/clock.ts';
import { crc64nvme, encodeCrc } from '../src/engine/crc64.ts';
import { Engine, type EngineOptions } from '../src/engine/engine.ts';
import type { Network } from '../src/engine/network.ts';
import { type Body, type SendAnswer, type SendRequest, sizeOf } from '../src/engine/send.ts';
import type { SourceFile } from '../src/engine/source.ts';

/** A clock that jumps over every pause and remembers it. */
export class FakeClock implements Clock {
  time = 0;
  readonly pauses: number[] = [];
  /** Pauses of this length do not end. */
  endless: number | undefined;
  now = () => this.time;
  random = () => 0.5;
  wait = async (ms: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    this.pauses.push(ms);
    if (ms === this.endless) return new Promise<void>(() => {});
    this.time += ms;
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  };
}

/** A connection that is there, and never comes back because it never goes. */
export const steady: Network = {
  online: true,
  back: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
};

/** One call that the API got. */
export interface Call {
  method: string;
  path: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent; the tests look into it.
  body: any;
  token: string;
}

type Json = Record<string, unknown>;
type Completion = { key: string; uploadId: string; size: number; checksum: { crc64nvme: string } };

/** Not the service's own way, but one in which folder, id and name are told apart at sight. */
const keyOf = ({ folder, id, name }: Json) => [folder, id, name].filter(Boolean).join('/');

type Reply = [status: number, body?: Json];

/** The API and S3 in memory: parts and objects are what counts, signatures carry only the epoch that they were made in. */
export class FakeService {
  readonly calls: Call[] = [];
  readonly sent: SendRequest[] = [];
  /** uploadId → part number → size */
  readonly uploads = new Map<string, Map<number, number>>();
  /** What it says of the checksum of each stored part; S3 may say nothing. */
  checksum: (n: number) => string | undefined = () => undefined;
  readonly objects = new Map<string, number>();
  /** Checksums of those that were sent in parts. */
  readonly checksums = new Map<string, string>();
  /** Whether Complete holds the file's checksum to what was sent, as S3 does. */
  compares = false;
  readonly #bodies = new Map<string, Map<number, Body>>();
  /** Signatures of an earlier epoch have expired. */
  epoch = 0;
  /** Life of signatures as the API tells it, seconds. */
  life = 900;
  partSize = 8 * 1024 * 1024;
  /** Origin of the second host; empty: there is none. */
  alternate = '';
  /** Origin of the site, by which small files may go, and with `edgeParts` parts; empty: there is no such way. */
  edge = '';
  edgeParts = false;
  inFlight = 0;
  peak = 0;
  /** Answers instead of the API's own, where it returns something. */
  api: (call: Call) => Reply | undefined = () => undefined;
  /** Answers instead of S3's own, or rejects. */
  s3: (request: SendRequest, url: URL) => SendAnswer | undefined | Promise<SendAnswer | undefined> = () => undefined;
  readonly clock = new FakeClock();

  engine(options: Partial<EngineOptions> = {}): Engine {
    return new Engine({ ...this.options, ...options });
  }

  /** What an engine needs to talk to this service. */
  get options(): EngineOptions {
    return {
      base: '/api',
      token: async () => 'token',
      renew: async () => 'renewed',
      clock: this.clock,
      network: steady,
      fetch: this.#fetch as typeof fetch,
      send: this.#send,
    };
  }

  /** Calls of one kind. */
  callsTo(method: string, path: string): Call[] {
    return this.calls.filter((call) => call.method === method && call.path === path);
  }

  readonly #fetch = async (address: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    const call = {
      method: init.method ?? 'GET',
      path: address.replace(/^\/api/, '').replace(/\?.*/, ''),
      body: init.body ? JSON.parse(String(init.body)) : Object.fromEntries(new URL(address, 'http://a').searchParams),
      token: headers.get('authorization') ?? '',
    };
    this.calls.push(call);
    await new Promise((resolve) => setImmediate(resolve));
    init.signal?.throwIfAborted();
    const [status, body] = this.api(call) ?? (await this.#answer(call));
    const date = new Date(Date.UTC(2026, 0, 1)).toUTCString();
    return new Response(status === 204 ? null : JSON.stringify(body ?? {}), { status, headers: { date } });
  };

  #expires(): string {
    return new Date(Date.UTC(2026, 0, 1) + this.life * 1000).toISOString();
  }

  #answer({ method, path, body }: Call): Reply | Promise<Reply> {
    switch (`${method} ${path}`) {
      case 'POST /presign':
        return [200, { files: body.files.map((file: Json) => this.#presigned(file, body)) }];
      case 'POST /uploads':
        return this.#create(body);
      case 'POST /uploads/sign':
        return [200, { sign: this.#table(body.key, body.uploadId, body), expires: this.#expires() }];
      case 'POST /uploads/complete':
        return this.#complete(body);
      case 'DELETE /uploads':
        this.uploads.delete(body.uploadId);
        return [204];
      default:
        return [404, { code: 'NoSuchRoute' }];
    }
  }

  #presigned(file: Json, { form, edge }: { form?: boolean; edge?: boolean }): Json {
    const key = keyOf(file);
    const expires = this.#expires();
    const byEdge = this.edge !== '' && Number(file.size) < MiB;
    if (form && !(edge && byEdge)) {
      if (this.objects.has(key)) return { error: { status: 412, code: 'PreconditionFailed', key } };
      return { key, method: 'POST', url: 'http://s3/', fields: { key, epoch: String(this.epoch) }, expires };
    }
    const path = `/${encodeURIComponent(key)}?epoch=${this.epoch}`;
    const ways = { url: `http://s3${path}`, ...(byEdge ? { edge: this.edge + path } : {}) };
    return { key, method: 'PUT', ...ways, headers: { 'content-type': 'text/plain' }, expires };
  }

  #create({ size, hosts, ...file }: { size: number; hosts?: number }): Reply {
    const key = keyOf(file);
    if (this.objects.has(key)) {
      const crc64nvme = this.checksums.get(key);
      const there = { key, size: this.objects.get(key), ...(crc64nvme ? { checksum: { crc64nvme } } : {}) };
      return [412, { code: 'PreconditionFailed', ...there }];
    }
    const uploadId = `upload-${key}`;
    if (!this.uploads.has(uploadId)) this.uploads.set(uploadId, new Map());
    const uploaded = [...(this.uploads.get(uploadId) ?? [])].map(([partNumber, s]) => ({
      partNumber,
      size: s,
      etag: 'e',
      ...(this.checksum(partNumber) ? { checksum: { crc64nvme: this.checksum(partNumber) } } : {}),
    }));
    const partCount = Math.ceil(size / this.partSize);
    const sign = this.#table(key, uploadId, { size, hosts });
    return [200, { key, uploadId, partSize: this.partSize, partCount, uploaded, sign, expires: this.#expires() }];
  }

  #table(key: string, uploadId: string, wish: { size: number; first?: number; hosts?: number | undefined }): Json {
    const { size, first = 1, hosts } = wish;
    const count = Math.ceil(size / this.partSize) - first + 1;
    const query = `uploadId=${uploadId}&epoch=${this.epoch}`;
    const signatures = Array.from({ length: count }, (_, i) => `signature-${first + i}`);
    const at = (origin: string) => `${origin}/${encodeURIComponent(key)}?${query}`;
    return {
      url: at('http://s3'),
      first,
      signatures,
      ...(this.alternate && hosts === 2 ? { alternate: at(this.alternate) } : {}),
      ...(this.edge && this.edgeParts ? { edge: at(this.edge) } : {}),
    };
  }

  async #complete({ key, uploadId, size, checksum }: Completion): Promise<Reply> {
    const stored = [...(this.uploads.get(uploadId)?.values() ?? [])].reduce((sum, part) => sum + part, 0);
    if (!this.uploads.has(uploadId)) return [404, { code: 'NoSuchUpload' }];
    if (stored !== size) return [400, { code: 'InvalidPart', detail: `got ${stored} bytes, want ${size}` }];
    this.uploads.delete(uploadId);
    if (this.compares && checksum.crc64nvme !== (await this.#sum(uploadId))) return [400, { code: 'BadDigest' }];
    this.objects.set(key, size);
    this.checksums.set(key, checksum.crc64nvme);
    return [200, { key, size, etag: 'e' }];
  }

  /** The checksum of what was sent. */
  async #sum(uploadId: string): Promise<string> {
    const bodies = [...(this.#bodies.get(uploadId) ?? [])].toSorted(([a], [b]) => a - b);
    let crc = 0n;
    for (const [, body] of bodies) crc = crc64nvme(new Uint8Array(await new Response(body).arrayBuffer()), crc);
    return encodeCrc(crc);
  }

  readonly #send = async (request: SendRequest): Promise<SendAnswer> => {
    this.sent.push(request);
    this.peak = Math.max(this.peak, ++this.inFlight);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      request.signal.throwIfAborted();
      const url = new URL(request.url);
      const given = await this.s3(request, url);
      request.signal.throwIfAborted();
      return given ?? this.#store(request, url);
    } finally {
      this.inFlight--;
    }
  };

  #store({ body, fields, onSent }: SendRequest, url: URL): SendAnswer {
    if (Number(fields?.epoch ?? url.searchParams.get('epoch')) < this.epoch)
      return failure(403, 'AccessDenied', 'Request has expired');
    const uploadId = url.searchParams.get('uploadId');
    if (uploadId) {
      const n = Number(url.searchParams.get('partNumber'));
      if (url.searchParams.get('X-Amz-Signature') !== `signature-${n}`) return failure(403, 'SignatureDoesNotMatch');
      const parts = this.uploads.get(uploadId);
      if (!parts) return failure(404, 'NoSuchUpload');
      parts.set(n, sizeOf(body));
      const bodies = this.#bodies.get(uploadId) ?? new Map<number, Body>();
      this.#bodies.set(uploadId, bodies.set(n, body));
      onSent(sizeOf(body));
      const crc64nvme = this.checksum(n);
      return { status: 200, body: '', ...(crc64nvme ? { crc64nvme } : {}) };
    }
    const key = fields?.key ?? decodeURIComponent(url.pathname.slice(1));
    if (!fields && this.objects.has(key)) return failure(412, 'PreconditionFailed');
    this.objects.set(key, sizeOf(body));
    onSent(sizeOf(body));
    return { status: fields ? 201 : 200, body: '' };
  }
}

/** S3's error answer. */
export function failure(status: number, code: string, message = code): SendAnswer {
  return { status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}

/** A file of zeros; `size` bytes are not allocated beyond one chunk. */
export function source(name: string, size: number): SourceFile {
  const chunk = new Blob([new Uint8Array(1024 * 1024)]);
  const whole = Array.from({ length: Math.floor(size / chunk.size) }, () => chunk);
  const body = new Blob([...whole, chunk.slice(0, size % chunk.size)]);
  return { name, type: 'text/plain', lastModified: 0, body };
}

/** Lets everything that can go on go on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 80; i++) await new Promise((resolve) => setImmediate(resolve));
}

export const MiB = 1024 * 1024;

/** A file of ten parts. */
export const large = source('large.bin', 80 * MiB);

/** The part that a request to S3 sends. */
export const partOf = (url: URL) => Number(url.searchParams.get('partNumber'));

/** The same file with another byte at `at`: it looks the same, unless that is within a sample. */
export function altered(file: SourceFile, at: number): SourceFile {
  const { body } = file;
  return { ...file, body: new Blob([body.slice(0, at), new Uint8Array([1]), body.slice(at + 1)]) };
}
