import type { Clock } from './clock.ts';
import { UploadError } from './errors.ts';

/** Attempts of one request before its file is given up; with the pauses below about a minute of trouble. */
export const ATTEMPTS = 8;
/** Milliseconds; the first pause is drawn from [BASE/2, BASE]. */
export const BASE = 400;
/** Milliseconds; no pause is longer. */
export const CAP = 20_000;

/** The pause before attempt `n` + 1: doubling, capped, the upper half drawn by chance so that many clients spread out. */
export function pause(n: number, random: () => number): number {
  const full = Math.min(CAP, BASE * 2 ** n);
  return full / 2 + (full / 2) * random();
}

/** Runs `attempt` until it succeeds, fails for good, or ATTEMPTS are used up. Only errors whose remedy is `retry` are tried again. */
export async function retrying<T>(attempt: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  for (let n = 0; ; n++) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof UploadError) || error.remedy !== 'retry' || n + 1 >= ATTEMPTS) throw error;
    }
    await clock.wait(pause(n, clock.random), signal);
  }
}
