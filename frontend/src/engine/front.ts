import type { Clock } from './clock.ts';

/** Milliseconds that a part is to take at most, about. */
export const PART_TIME = 5_000;
/** Milliseconds over which the line is measured. */
export const SPAN = 500;
/** Growth from one span to the next above which the line is not yet known: TCP is still finding out what it carries. */
const GROWING = 1.25;
/** Milliseconds after fewer go at once before the line is measured again: what cut requests had left in the system's buffers goes out first. */
export const SETTLE = 3_000;
/** Share of what the line carried before, below which fewer at once were the wrong way. */
const WORSE = 0.8;
/** How much of a new span goes into the smoothed rate. */
const NEW = 0.3;
/** Milliseconds for which nothing is narrowed after it was the wrong way; doubled each time. */
export const HOLD = 60_000;

/**
 * How many parts a host gets at once so that they are filled front to back: what is stored is what a pause, a crash or a
 * lost line leaves, and six parts abreast on a slow line leave nothing for minutes. As many as the line fills within
 * PART_TIME; where that is as many as there are, as on every fast line, nothing is held back. It only holds while the line
 * is what limits: where fewer parts at once carry less, as with a limit for each connection, all go at once again.
 */
export class Front {
  /** Parts at once, 1 to `most`. */
  limit: number;
  /** `running` is the least that was on its way in it. */
  #span: { start: number; bytes: number; running: number } | undefined;
  /** Bytes a millisecond in the last span, where that says something of the line. */
  #last: number | undefined;
  /** Bytes a millisecond before fewer went at once, and smoothed since. */
  #before = 0;
  #since = 0;
  #quiet = 0;
  #hold = HOLD;

  constructor(
    readonly most: number,
    private readonly clock: Clock,
  ) {
    this.limit = most;
  }

  /** `bytes` of parts of `size` bytes have left, of which `running` were on their way. */
  moved(bytes: number, size: number, running: number): void {
    const now = this.clock.now();
    this.#span ??= { start: now, bytes: 0, running };
    const span = this.#span;
    span.bytes += bytes;
    span.running = Math.min(span.running, running);
    const time = now - span.start;
    if (time < SPAN) return;
    this.#span = { start: now, bytes: 0, running };
    // A line that stood still in between was not measured.
    if (time < 4 * SPAN) this.#weigh(span.bytes / time, size, span.running);
    else this.#last = undefined;
  }

  #weigh(rate: number, size: number, running: number): void {
    const last = this.#last;
    this.#last = rate;
    if (this.clock.now() < this.#quiet) return;
    const wanted = Math.min(this.most, Math.max(1, Math.round((rate * PART_TIME) / size)));
    if (running >= this.limit && this.#worse(rate)) this.#widen();
    else if (wanted >= this.limit) this.limit = wanted;
    // What a single span says may be the system's buffers being filled.
    else if (last !== undefined && rate <= last * GROWING && last * PART_TIME < (running - 0.5) * size)
      this.#narrow(wanted, rate);
  }

  /** Whether less goes since fewer parts go at once. */
  #worse(rate: number): boolean {
    if (this.limit === this.most) return false;
    this.#since = this.#since * (1 - NEW) + rate * NEW;
    return this.#since < this.#before * WORSE;
  }

  #narrow(limit: number, rate: number): void {
    if (this.limit === this.most) {
      this.#before = rate;
      this.#since = rate;
    }
    this.limit = limit;
    this.#last = undefined;
    this.#quiet = this.clock.now() + SETTLE;
  }

  #widen(): void {
    this.limit = this.most;
    this.#last = undefined;
    this.#quiet = this.clock.now() + this.#hold;
    this.#hold *= 2;
  }
}
