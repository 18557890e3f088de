import type { SignedFile, SmallFiles } from './batch.ts';
import type { PresignRequest } from './contract.ts';
import { encodeCrc } from './crc64.ts';
import { UploadError } from './errors.ts';
import { type Address, type Context, type Flow, type OnProgress, type Outcome, ship } from './flow.ts';
import { fileId, type SourceFile } from './id.ts';
import type { Waiting } from './retry.ts';
import { FOLLOW_FROM } from './send.ts';

/** A file that has been read: its bytes, and what is to be signed of it. */
interface Prepared {
  bytes: ArrayBuffer;
  request: PresignRequest;
}

/** A small file in one signed request. It is read once: for its id, for its checksum, and to be sent. */
export class Single implements Flow {
  #signed: SignedFile | undefined;
  #sent = 0;
  #waiting: Waiting | undefined;

  constructor(
    private readonly context: Context,
    private readonly file: SourceFile,
    private readonly shape: SmallFiles,
    private readonly onProgress: OnProgress,
    /** Takes back the announcement to the presigner. */
    private readonly withdraw: () => void,
  ) {}

  async run(signal: AbortSignal): Promise<Outcome> {
    let release = () => {};
    try {
      release = await this.context.memory.take(this.file.body.size, signal);
      await this.#send(await this.#prepare(signal), signal);
    } catch (error) {
      if (error instanceof UploadError && error.remedy === 'exists') return this.#outcome(true, error.key);
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
    const { name, type, body } = this.file;
    const piece = body.slice(0, body.size);
    const { crc, bytes } = await this.context.reading.run(() => this.context.read({ piece, keep: true }), signal);
    if (!bytes) throw new TypeError('got no bytes, want those that were to be kept');
    const id = await fileId(this.file, bytes);
    const checksum = this.shape === 'form' ? { sha256: await sha256(bytes) } : { crc64nvme: encodeCrc(crc) };
    return { bytes, request: { name, size: body.size, id, checksum, ...(type ? { type } : {}) } };
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

/** As S3 writes it: base64. */
async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return btoa(String.fromCharCode(...digest));
}
