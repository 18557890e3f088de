/** Share of the newest sample in the speed that is shown. */
const WEIGHT = 0.35;

/** A speed that can be read: smoothed over a few samples. */
export class Meter {
  #last: { bytes: number; time: number } | undefined;
  #speed: number | undefined;

  /** Takes the bytes sent so far at `time` (milliseconds) and answers bytes a second; undefined at the first sample and while nothing moves. */
  sample(bytes: number, time: number): number | undefined {
    const last = this.#last;
    this.#last = { bytes, time };
    if (!last || time <= last.time) return undefined;
    // Parts that are sent again, and files that are taken off the list, make the sum smaller.
    const now = (Math.max(0, bytes - last.bytes) * 1000) / (time - last.time);
    this.#speed = this.#speed === undefined ? now : WEIGHT * now + (1 - WEIGHT) * this.#speed;
    if (this.#speed < 1) this.#speed = undefined;
    return this.#speed;
  }
}
