import type { Flow, Outcome } from './flow.ts';

/** Why a file is not sent whole: the line would need too long for it, and a pause or a cut would lose all of it. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

/** Sends a file whole, unless the line turns out to be too slow for that: then in parts. */
export class WholeOrParts implements Flow {
  #flow: Flow;

  /** `whole` rejects with TooSlow where the file is to go in parts. */
  constructor(
    whole: Flow,
    private readonly parts: (signal: AbortSignal) => Promise<Flow>,
  ) {
    this.#flow = whole;
  }

  async run(signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#flow.run(signal);
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
    }
    this.#flow = await this.parts(signal);
    return this.#flow.run(signal);
  }

  settle(): Promise<void> | undefined {
    return this.#flow.settle?.();
  }

  discard(): Promise<void> {
    return this.#flow.discard();
  }
}
