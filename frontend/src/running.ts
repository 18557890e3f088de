import type { Progress } from './engine/index.ts';
import { Meter } from './meter.ts';

/** How far one file is, and how fast. */
export interface FileProgress extends Progress {
  /** As the engine says it, once no byte has left for two seconds: one part may wait while the others move. */
  waiting?: NonNullable<Progress['waiting']>;
  /** Bytes a second, smoothed; missing at first and while nothing moves. */
  speed?: number;
  /** Seconds left at that speed. */
  left?: number;
}

/** Milliseconds between two samples of the speed. */
export const SAMPLE = 1000;
/** Milliseconds between two tellings of what moved: the engine tells of every packet. */
export const GATHER = 100;
/** Milliseconds without a byte after which a file that waits is said to wait. */
const STILL = 2000;

/** An upload on its way, as a person reads it: times are milliseconds of the monotonic clock. */
export class Running {
  readonly #meter = new Meter();
  #news: Progress;
  #moved: number;
  #speed: number | undefined;
  #progress: FileProgress;

  constructor(total: number, now: number) {
    this.#news = { sent: 0, total };
    this.#progress = this.#news;
    this.#moved = now;
  }

  get progress(): FileProgress {
    return this.#progress;
  }

  /** Takes what the engine says. */
  note(news: Progress, now: number): void {
    if (news.sent > this.#news.sent) this.#moved = now;
    this.#news = news;
    this.#progress = this.#seen(now);
  }

  /** Measures the speed, and answers whether anything else is to be said now. */
  sample(now: number): boolean {
    const { speed, waiting } = this.#progress;
    this.#speed = this.#meter.sample(this.#news.sent, now);
    this.#progress = this.#seen(now);
    return this.#progress.speed !== speed || this.#progress.waiting !== waiting;
  }

  /** How fast it goes, or why it does not. */
  #seen(now: number): FileProgress {
    const { waiting, ...rest } = this.#news;
    if (waiting && now - this.#moved >= STILL) return { ...rest, waiting };
    return { ...rest, ...(this.#speed ? pace(this.#news, this.#speed) : {}) };
  }
}

/** A speed, in bytes a second, and the seconds left at it. */
export function pace({ sent, total }: { sent: number; total: number }, speed: number): { speed: number; left: number } {
  return { speed, left: Math.max(0, total - sent) / speed };
}
