import type { Clock } from './clock.ts';
import { UploadError } from './errors.ts';
import type { Network } from './network.ts';

/** Attempts of one request that is answered with trouble before its file is given up; with the pauses below about a minute and a half. */
export const ATTEMPTS = 10;
/** Milliseconds for which a request that gets no answer is tried again, where there have been answers before: a train in a tunnel, a router that restarts. */
export const PATIENCE = 3_600_000;
/** Milliseconds; the first pause is drawn from [BASE/2, BASE]. */
export const BASE = 400;
/** Milliseconds; no pause is longer. */
export const CAP = 20_000;

/** Why nothing moves: no answer arrives, or the service asked for patience. */
export type Waiting = 'offline' | 'busy';

/** The pause before attempt `n` + 1: doubling, capped, the upper half drawn by chance so that many clients spread out. */
export function pause(n: number, random: () => number): number {
  const full = Math.min(CAP, BASE * 2 ** n);
  return full / 2 + (full / 2) * random();
}

/** Tries again what may succeed the next time. One for all requests of an engine, because an answer to any of them tells that the way to its place works. */
export class Retrier {
  readonly #answered = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly network: Network,
  ) {}

  /**
   * Runs `attempt` until it succeeds, fails for good, or patience is used up. Only errors whose remedy is `retry` are tried
   * again. `place` names whom the requests go to. `onWait` hears why there is a pause, and undefined when it is over.
   */
  async run<T>(
    place: string,
    attempt: () => Promise<T>,
    signal: AbortSignal,
    onWait: (why?: Waiting) => void = () => {},
  ): Promise<T> {
    let began: number | undefined;
    for (let n = 0; ; n++) {
      signal.throwIfAborted();
      try {
        const result = await attempt();
        this.#answered.add(place);
        return result;
      } catch (error) {
        if (!(error instanceof UploadError) || error.remedy !== 'retry') throw error;
        began ??= this.clock.now();
        if (!this.#again(place, error, n + 1, began)) throw error;
        onWait(error.status === 0 ? 'offline' : 'busy');
      }
      try {
        // Time without a network uses up no patience: a laptop may sleep the night.
        if (this.network.online) await this.#wait(pause(n, this.clock.random), signal);
        else {
          await this.#wait(CAP, signal);
          n = -1;
          began = undefined;
        }
      } finally {
        onWait();
      }
    }
  }

  /** Without an answer ever, it is as likely that the address is wrong or that a policy keeps the page from it. */
  #again(place: string, error: UploadError, attempts: number, began: number): boolean {
    if (error.status === 0 && this.#answered.has(place)) return this.clock.now() - began < PATIENCE;
    if (error.status !== 0) this.#answered.add(place);
    return attempts < ATTEMPTS;
  }

  /** The pause is over at once when the network comes back. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    try {
      await Promise.race([this.clock.wait(ms, either), this.network.back(either)]);
    } finally {
      over.abort();
    }
  }
}
