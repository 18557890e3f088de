import type { SignedFile } from './batch.ts';
import { base64 } from './bytes.ts';
import type { PresignRequest } from './contract.ts';
import { type There, UploadError } from './errors.ts';
import { type Address, type Context, type Flow, type OnProgress, type Outcome, ship } from './flow.ts';
import { contentId } from './id.ts';
import { tooSlow } from './plan.ts';
import type { Waiting } from './retry.ts';
import { FOLLOW_FROM } from './send.ts';
import { placeOf, type SourceFile, turnOf } from './source.ts';
import { TooSlow } from './whole-or-parts.ts';

/** A file that has been read: its bytes, and what is to be signed of it. */
interface Prepared {
  bytes: ArrayBuffer;
  id: string;
  sha256: string;
  request: PresignRequest;
}

/**
 * A small file in one signed request. It is read once: for its id, which is its checksum, and to be sent. Rejects with TooSlow
 * where the line needs too long for that.
 */
export class Single implements Flow {
  #signed: SignedFile | undefined;
  #id: string | undefined;
  #sent = 0;
  #waiting: Waiting | undefined;

  constructor(
    private readonly context: Context,
    private readonly file: SourceFile,
    private readonly onProgress: OnProgress,
    /** Takes back the announcement to the presigner. */
    private readonly withdraw: () => void,
  ) {}

  async run(signal: AbortSignal): Promise<Outcome> {
    let release = () => {};
    try {
      release = await this.context.memory.take(this.file.body.size, signal);
      const prepared = await this.#prepare(signal);
      const turn = turnOf(this.file, prepared.id);
      return await this.context.turns.run(turn, () => this.#store(prepared, signal), signal);
    } finally {
      this.withdraw();
      release();
    }
  }

  async #store(prepared: Prepared, signal: AbortSignal): Promise<Outcome> {
    try {
      await this.#send(prepared, signal);
      return this.#outcome(false);
    } catch (error) {
      if (!(error instanceof UploadError) || error.remedy !== 'exists') throw error;
      if (this.#signed) this.context.presigner.sentInVain();
      if (holds(error.there, prepared)) return this.#outcome(true, error.there?.key);
    }
    // Another tool has put other bytes under the id of these. Without one the service draws an id.
    const { id: _, ...request } = prepared.request;
    this.#signed = undefined;
    await this.#send({ ...prepared, request }, signal);
    return this.#outcome(false);
  }

  /** Nothing is stored before a request is whole. */
  discard(): Promise<void> {
    return Promise.resolve();
  }

  async #prepare(signal: AbortSignal): Promise<Prepared> {
    const { type, body } = this.file;
    const piece = body.slice(0, body.size);
    const { bytes, sha256 } = await this.context.reading.run(() => this.context.reader.content(piece), signal);
    const id = contentId(sha256);
    // What was signed before a pause is of no use where the file has changed since.
    if (id !== this.#id) this.#signed = undefined;
    this.#id = id;
    const checksum = { sha256: base64(sha256) };
    const request = { ...placeOf(this.file), size: body.size, id, checksum, ...(type ? { type } : {}) };
    return { bytes, id, sha256: checksum.sha256, request };
  }

  async #send({ bytes, request }: Prepared, signal: AbortSignal): Promise<void> {
    // Signed before a connection is taken, so that waiting for a signature holds up nobody.
    await this.#sign(request, signal);
    const slow = new AbortController();
    let first: { at: number; sent: number } | undefined;
    const judge = (sent: number) => {
      const now = this.context.clock.now();
      if (sent === 0) first = undefined;
      else first ??= { at: now, sent };
      if (first && tooSlow(bytes.byteLength - first.sent, sent - first.sent, now - first.at)) slow.abort(new TooSlow());
    };
    await ship(
      this.context,
      {
        body: bytes.byteLength < FOLLOW_FROM ? bytes : new Blob([bytes]),
        address: async () => toAddress((await this.#sign(request, signal)).value),
        expired: () => {
          this.#signed = undefined;
        },
        onSent: (sent) => {
          this.#sent = sent;
          judge(sent);
          this.#report();
        },
        onWait: this.#wait,
      },
      AbortSignal.any([signal, slow.signal]),
    );
    this.#sent = bytes.byteLength;
    this.#report();
  }

  async #sign(request: PresignRequest, signal: AbortSignal): Promise<SignedFile> {
    if (!this.#signed || this.#signed.stale) {
      const signed = this.context.presigner.sign(request, signal, this.#wait);
      this.withdraw();
      this.#signed = await signed;
    }
    return this.#signed;
  }

  readonly #wait = (why?: Waiting): void => {
    this.#waiting = why;
    this.#report();
  };

  #report(): void {
    const waiting = this.#waiting ? { waiting: this.#waiting } : {};
    this.onProgress({ sent: this.#sent, total: this.file.body.size, ...waiting });
  }

  #outcome(existed: boolean, key = this.#signed?.value.key): Outcome {
    return { existed, ...(key ? { key } : {}) };
  }
}

/** Whether what is there is the file. The service holds an id of content and its bytes together, so that where nothing else is told the id alone says it. */
function holds(there: There | undefined, { bytes, sha256 }: Prepared): boolean {
  const { size = bytes.byteLength, checksum } = there ?? {};
  return size === bytes.byteLength && (checksum?.sha256 ?? sha256) === sha256;
}

function toAddress({ url, edge, fields, headers = {} }: SignedFile['value']): Address {
  return { url, headers, ...(fields ? { fields } : {}), ...(edge ? { edge } : {}) };
}
