import type { Clock } from './clock.ts';

/** Milliseconds that a pause waits for what is nearly there. */
export const GRACE = 10_000;

/** A part on its way: how fast it goes, and how it is cut. */
class Landing {
  readonly #cut = new AbortController();
  #first: { bytes: number; at: number } | undefined;
  #sent = 0;

  /** `size` is in bytes. */
  constructor(
    private readonly size: number,
    private readonly clock: Clock,
  ) {}

  /** Aborted when the part is cut for a pause. */
  get signal(): AbortSignal {
    return this.#cut.signal;
  }

  /** `bytes` of the part have left; 0 where it begins again. */
  fly(bytes: number): void {
    this.#sent = bytes;
    if (bytes === 0) this.#first = undefined;
    else this.#first ??= { bytes, at: this.clock.now() };
  }

  /** Whether it will have left within GRACE, as it has gone so far. */
  get near(): boolean {
    if (!this.#first) return false;
    if (this.#sent === this.size) return true;
    const { bytes, at } = this.#first;
    return (this.size - this.#sent) * (this.clock.now() - at) < GRACE * (this.#sent - bytes);
  }

  cut(): void {
    this.#cut.abort();
  }
}

/** The parts of one run that are on their way, and how they end when it is paused: those that are nearly there are waited for. */
export class Landings {
  readonly #parts = new Map<number, Landing>();
  #settling: AbortController | undefined;

  constructor(private readonly clock: Clock) {}

  /** Whether a pause has begun, so that nothing more is to be sent. */
  get settling(): boolean {
    return this.#settling !== undefined;
  }

  /** Sends part `n` of `size` bytes by `send`, whose signal is aborted where a pause does not wait for it: that is no failure. */
  async fly(n: number, size: number, send: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const landing = new Landing(size, this.clock);
    this.#parts.set(n, landing);
    try {
      await send(landing.signal);
    } catch (error) {
      if (!landing.signal.aborted) throw error;
    } finally {
      this.#parts.delete(n);
    }
  }

  /** `bytes` of part `n` have left. */
  sent(n: number, bytes: number): void {
    this.#parts.get(n)?.fly(bytes);
  }

  /** See Flow. */
  settle(): Promise<void> | undefined {
    const parts = [...this.#parts.values()];
    if (this.#settling || !parts.some(({ near }) => near)) return undefined;
    this.#settling = new AbortController();
    for (const part of parts) if (!part.near) part.cut();
    return this.clock.wait(GRACE, this.#settling.signal).catch(() => {});
  }

  /** Where a pause has begun: says that all has ended, and waits for `signal` to abort the run. */
  async settled(signal: AbortSignal): Promise<void> {
    if (!this.#settling) return;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    this.#settling.abort();
    await aborted;
  }
}
