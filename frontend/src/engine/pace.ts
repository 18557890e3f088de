import type { Clock } from './clock.ts';

/** Milliseconds over which goodput is taken. */
export const WINDOW = 5_000;

/**
 * How many requests a host gets at once: one more for each round of successes, half as many after trouble (503, stalls,
 * cuts), three quarters as many when goodput falls to less than half although as many are under way. Everything that was
 * under way at the moment of trouble counts as one trouble.
 */
export class Pace {
  #limit: number;
  /** Requests begun before it do not tell anything new. */
  #eased = Number.NEGATIVE_INFINITY;
  #window = { start: 0, bytes: 0, full: true };
  #best = 0;

  /** `most` is where it begins, and never goes beyond. */
  constructor(
    readonly most: number,
    private readonly clock: Clock,
  ) {
    this.#limit = most;
    this.#window.start = clock.now();
  }

  /** Requests at once, 1 to `most`. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** A request succeeded. */
  success(): void {
    this.#limit = Math.min(this.most, this.#limit + 1 / this.#limit);
  }

  /** A request that was begun at `begun` ran into trouble. */
  trouble(begun: number): void {
    if (begun < this.#eased) return;
    this.#eased = this.clock.now();
    this.#limit = Math.max(1, this.#limit / 2);
  }

  /** Bytes left, while `running` requests were under way. */
  moved(bytes: number, running: number): void {
    const now = this.clock.now();
    const window = this.#window;
    window.bytes += bytes;
    window.full &&= running >= this.limit;
    const time = now - window.start;
    if (time < WINDOW) return;
    this.#window = { start: now, bytes: 0, full: true };
    // A pause in between, or a pool that was not full, says nothing of the line.
    if (window.full && time < 2 * WINDOW) this.#weigh(window.bytes / time);
  }

  #weigh(rate: number): void {
    if (rate < this.#best / 2) {
      this.#limit = Math.max(1, this.#limit * 0.75);
      this.#best = rate;
    } else {
      this.#best = Math.max(rate, this.#best * 0.95);
    }
  }
}
