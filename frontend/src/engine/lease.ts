import type { Clock } from './clock.ts';

/** Milliseconds before its end at which a signature is no longer used: a request must reach S3 while it still holds. */
export const MARGIN = 5_000;

/** Something signed, and how long it holds. Lengths of time only: the clocks of page and server need not agree. */
export class Lease<T> {
  readonly #end: number;

  /** `life` in milliseconds from now; an unknown life (NaN) never runs out by itself, the 403 will tell. */
  constructor(
    readonly value: T,
    life: number,
    private readonly clock: Clock,
  ) {
    this.#end = Number.isNaN(life) ? Number.POSITIVE_INFINITY : clock.now() + life - Math.min(MARGIN, life / 2);
  }

  /** Whether it is time to sign again. */
  get stale(): boolean {
    return this.clock.now() >= this.#end;
  }
}
