/**
 * Runs at most `limit` tasks at once, first come first served. All files and parts share one pool, because a browser
 * opens no more than six HTTP/1.1 connections to a host and a request that waits inside the browser cannot be timed.
 */
export class Pool {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly limit: number) {}

  /** Tasks that have started and not ended. */
  get running(): number {
    return this.#running;
  }

  /** Runs `task` when a place is free. Aborting `signal` gives the place in the queue up; a running task must watch the signal itself. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.limit) {
      this.#running++;
      return Promise.resolve();
    }
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
      this.#waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
