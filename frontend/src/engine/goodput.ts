import { SPAN } from './front.ts';

/** What a host carries while it is in use. */
export class Goodput {
  /** Bytes a millisecond, the last span as much as all before; undefined until one has passed. */
  rate: number | undefined;
  #span: { start: number; bytes: number } | undefined;

  /** `bytes` have left by `now`. */
  moved(bytes: number, now: number): void {
    this.#span ??= { start: now, bytes: 0 };
    this.#span.bytes += bytes;
    const time = now - this.#span.start;
    if (time < SPAN) return;
    const rate = this.#span.bytes / time;
    // A pause in between says nothing of what it carries.
    if (time < 4 * SPAN) this.rate = ((this.rate ?? rate) + rate) / 2;
    this.#span = undefined;
  }
}
