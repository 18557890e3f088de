import type { Api } from './api.ts';
import type { Clock } from './clock.ts';
import type { PresignAnswer, PresignAnswers, PresignRequest } from './contract.ts';
import type { Edge } from './edge.ts';
import { foreignError, problemError } from './errors.ts';
import type { Hosts } from './hosts.ts';
import { Lease } from './lease.ts';
import type { Waiting } from './retry.ts';

/** Files in one call at most, whatever the policy allows: signatures are used up before they expire even on a slow line. */
export const BATCH = 250;
/** Files in the first of several calls: some are on their way while the others are still read. */
export const FIRST = 50;
/** Milliseconds the first file of a batch waits for others that were announced. */
export const GATHER = 250;

/** A signed PUT or form, and how long it holds. */
export type SignedFile = Lease<PresignAnswer>;

/** How small files are sent: as forms, to one address that a browser asks for leave once, or as PUTs with a preflight for each. */
export type SmallFiles = 'form' | 'put';

interface Asking {
  file: PresignRequest;
  resolve(put: SignedFile): void;
  reject(error: unknown): void;
  onWait(why?: Waiting): void;
}

/** Gathers files that want to be signed at about the same time and signs them in one call. */
export class Presigner {
  #waiting: Asking[] = [];
  #announced = 0;
  #gathering = false;
  /** A call was made for some of those that are announced. */
  #begun = false;
  /** Files were sent that S3 had: the next are looked for before they are sent, which the service does for forms. */
  #look = false;
  readonly #limit: number;

  /** `maxFiles` is the policy's limit on files in one call. */
  constructor(
    private readonly api: Api,
    private readonly clock: Clock,
    maxFiles: number,
    private readonly shape: SmallFiles,
    private readonly hosts: Hosts,
    private readonly edge: Edge,
  ) {
    this.#limit = Math.max(1, Math.min(BATCH, maxFiles));
  }

  /** Tells that a file will want to be signed soon, so that those before it wait for it. The answer takes that back, once. */
  announce(): () => void {
    this.#announced++;
    let standing = true;
    return () => {
      if (!standing) return;
      standing = false;
      this.#announced--;
      if (this.#announced > 0) return;
      this.#flush();
      this.#begun = false;
    };
  }

  /** A file was sent, and refused because it was there. */
  sentInVain(): void {
    this.#look = true;
  }

  /** Signs an upload of `file`. The call is shared, so `signal` only ends the waiting. */
  async sign(
    file: PresignRequest,
    signal: AbortSignal,
    onWait: (why?: Waiting) => void = () => {},
  ): Promise<SignedFile> {
    signal.throwIfAborted();
    const signed = new Promise<SignedFile>((resolve, reject) => {
      this.#waiting.push({ file, resolve, reject, onWait });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    if (this.#announced === 0 || this.#waiting.length >= this.#enough) this.#flush();
    else if (!this.#gathering) this.#gather();
    return signed;
  }

  /** Files for which a call is made without waiting for more. */
  get #enough(): number {
    return this.#begun || this.#announced <= this.#limit ? this.#limit : Math.min(FIRST, this.#limit);
  }

  #gather(): void {
    this.#gathering = true;
    void this.clock.wait(GATHER, new AbortController().signal).then(() => {
      this.#gathering = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.length > 0) this.#begun = true;
    while (this.#waiting.length > 0) void this.#call(this.#waiting.splice(0, this.#limit));
  }

  async #call(batch: Asking[]): Promise<void> {
    try {
      const files = batch.map(({ file }) => file);
      const edge = this.edge.open && !this.#look;
      const shape = { ...(this.shape === 'form' ? { form: true } : {}), ...(edge ? { edge } : {}) };
      const request = { files, hosts: this.hosts.count, ...shape };
      const { body, until } = await this.api.call<PresignAnswers>(
        'POST',
        '/presign',
        new AbortController().signal,
        request,
        (why) => {
          for (const { onWait } of batch) onWait(why);
        },
      );
      if (!Array.isArray(body.files)) throw foreignError();
      // The site has another name too, by which this page was not opened: all of it goes directly.
      if (edge && body.files.some((file) => 'edge' in file && file.edge && !this.edge.takes(file.edge))) {
        this.edge.open = false;
        return this.#call(batch);
      }
      this.#look &&= body.files.some((file) => 'error' in file && file.error.status === 412);
      batch.forEach(({ resolve, reject }, i) => {
        const answer = body.files[i];
        if (answer && !('error' in answer)) resolve(new Lease(answer, until(answer.expires), this.clock));
        else reject(problemError(answer?.error.status ?? 500, answer?.error ?? {}));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
