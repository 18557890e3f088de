import type { SignedPut } from './batch.ts';
import { UploadError } from './errors.ts';
import { type Context, type Flow, type Outcome, put } from './flow.ts';
import type { SourceFile } from './id.ts';

/** A small file in one signed PUT. */
export class SinglePut implements Flow {
  #signed: SignedPut | undefined;

  constructor(
    private readonly context: Context,
    private readonly file: SourceFile,
    private readonly id: string,
    private readonly onSent: (bytes: number) => void,
    /** Takes back the announcement to the presigner. */
    private readonly withdraw: () => void,
  ) {}

  async run(signal: AbortSignal): Promise<Outcome> {
    const { body } = this.file;
    const address = async () => (await this.#sign(signal)).value;
    const expired = () => {
      this.#signed = undefined;
    };
    try {
      // Signed before a connection is taken, so that waiting for a signature holds up nobody.
      await this.#sign(signal);
      await put(this.context, body.slice(0, body.size), address, expired, signal, this.onSent);
    } catch (error) {
      if (error instanceof UploadError && error.remedy === 'exists') return this.#outcome(true, error.key);
      throw error;
    }
    return this.#outcome(false);
  }

  /** Nothing is stored before a PUT is whole. */
  discard(): Promise<void> {
    return Promise.resolve();
  }

  async #sign(signal: AbortSignal): Promise<SignedPut> {
    if (!this.#signed || this.#signed.stale) {
      const { name, type, body } = this.file;
      const request = { name, size: body.size, id: this.id, ...(type ? { type } : {}) };
      const signed = this.context.presigner.sign(request, signal);
      this.withdraw();
      this.#signed = await signed;
    }
    return this.#signed;
  }

  #outcome(existed: boolean, key = this.#signed?.value.key): Outcome {
    return { existed, ...(key ? { key } : {}) };
  }
}
