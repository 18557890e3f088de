/** Bytes that may be in memory at once. First come, first served; who asks for more than there is gets all of it. */
export class Budget {
  #free: number;
  readonly #waiting: { bytes: number; enter(): void }[] = [];

  constructor(readonly most: number) {
    this.#free = most;
  }

  /** Waits for `bytes`; the answer gives them back, once. Aborting `signal` gives the place in the queue up. */
  take(bytes: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const size = Math.min(bytes, this.most);
    return new Promise((resolve, reject) => {
      const entry = {
        bytes: size,
        enter: () => {
          signal.removeEventListener('abort', leave);
          this.#free -= size;
          resolve(this.#returning(size));
        },
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        reject(signal.reason);
        this.#admit(); // it may have stood before smaller ones
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(entry);
      this.#admit();
    });
  }

  #returning(size: number): () => void {
    let held = size;
    return () => {
      this.#free += held;
      held = 0;
      this.#admit();
    };
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      next.enter();
    }
  }
}
