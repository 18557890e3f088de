import type { SignedFile } from './batch.ts';
import { base64 } from './bytes.ts';
import type { PresignRequest } from './contract.ts';
import { UploadError } from './errors.ts';
import { type Address, type Context, type Flow, type OnProgress, type Outcome, ship } from './flow.ts';
import { contentId } from './id.ts';
import type { Waiting } from './retry.ts';
import { FOLLOW_FROM } from './send.ts';
import { placeOf, type SourceFile, turnOf } from './source.ts';

/** A file that has been read: its bytes, and what is to be signed of it. */
interface Prepared {
  bytes: ArrayBuffer;
  request: PresignRequest & { id: string };
}

/** A small file in one signed request. It is read once: for its id, which is its checksum, and to be sent. Where it is there already, so are these very bytes. */
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
      const turn = turnOf(this.file, prepared.request.id);
      await this.context.turns.run(turn, () => this.#send(prepared, signal), signal);
    } catch (error) {
      if (error instanceof UploadError && error.remedy === 'exists') return this.#outcome(true, error.there?.key);
      throw error;
    } finally {
      this.withdraw();
      release();
    }
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
    const known = { size: body.size, id, checksum: { sha256: base64(sha256) } };
    return { bytes, request: { ...placeOf(this.file), ...known, ...(type ? { type } : {}) } };
  }

  async #send({ bytes, request }: Prepared, signal: AbortSignal): Promise<void> {
    // Signed before a connection is taken, so that waiting for a signature holds up nobody.
    await this.#sign(request, signal);
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
          this.#report();
        },
        onWait: this.#wait,
      },
      signal,
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

function toAddress({ url, fields, headers = {} }: SignedFile['value']): Address {
  return { url, headers, ...(fields ? { fields } : {}) };
}
