/** Something that says how many tasks may run at once, and may change its mind. */
export interface Limit {
  readonly limit: number;
}

/**
 * Runs as many tasks at once as `bound` says, first come first served. All files and parts share one pool a host, because
 * a browser opens no more than six HTTP/1.1 connections to a host and a request that waits inside the browser cannot be
 * timed.
 */
export class Pool {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly bound: Limit) {}

  /** Tasks that have started and not ended. */
  get running(): number {
    return this.#running;
  }

  /** Whether nothing runs and nothing waits. */
  get idle(): boolean {
    return this.#running === 0 && this.#waiting.length === 0;
  }

  /**
   * Runs `task` when a place is free, `first` before all that wait. Aborting `signal` gives the place in the queue up; a
   * running task must watch the signal itself.
   */
  async run<T>(task: () => Promise<T>, signal: AbortSignal, first = false): Promise<T> {
    await this.#enter(signal, first);
    try {
      return await task();
    } finally {
      this.#running--;
      this.admit();
    }
  }

  #enter(signal: AbortSignal, first: boolean): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        this.#running++;
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      if (first) this.#waiting.unshift(enter);
      else this.#waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
      this.admit();
    });
  }

  /** Lets in whoever has a place: to be called where the bound has risen. */
  admit(): void {
    while (this.#waiting.length > 0 && this.#running < this.bound.limit) this.#waiting.shift()?.();
  }
}
