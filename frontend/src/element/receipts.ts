/** Milliseconds after which a receipt that could not be had is asked for again. */
const AGAIN = 15_000;

/**
 * Receipts of stored files, for a form that may be sent long after: each is asked for anew when half of its life is over.
 * `ask` answers the address of a signed request, which says how many seconds it lives.
 */
export class Receipts {
  readonly #known = new Map<string, string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout> | undefined>();
  #resting = false;

  constructor(
    private readonly ask: (key: string) => Promise<string>,
    private readonly changed: () => void,
  ) {}

  /** The receipt of a file; undefined as long as there is none. */
  of(key: string): string | undefined {
    return this.#known.get(key);
  }

  /** Has a receipt of a file, from now on. */
  keep(key: string): void {
    if (!this.#timers.has(key)) this.#next(key, 0);
  }

  /** Forgets a file. */
  drop(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#known.delete(key);
  }

  /** Forgets all files. */
  clear(): void {
    for (const key of this.#timers.keys()) this.drop(key);
  }

  /** Asks for none as long as nobody can see them; `wake` goes on, with new ones. */
  rest(): void {
    this.#resting = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  wake(): void {
    if (!this.#resting) return;
    this.#resting = false;
    for (const key of this.#timers.keys()) this.#next(key, 0);
  }

  #next(key: string, wait: number): void {
    // Kept, and asked for by `wake`.
    if (this.#resting) return void this.#timers.set(key, undefined);
    this.#timers.set(
      key,
      setTimeout(() => void this.#fetch(key), wait),
    );
  }

  async #fetch(key: string): Promise<void> {
    const timer = this.#timers.get(key);
    const url = await this.ask(key).catch(() => undefined);
    if (this.#timers.get(key) !== timer) return;
    if (url) this.#known.set(key, url);
    this.#next(key, url ? (lifeOf(url) * 1000) / 2 : AGAIN);
    this.changed();
  }
}

/** Seconds for which a signed address is good. */
function lifeOf(url: string): number {
  return Number(new URL(url).searchParams.get('X-Amz-Expires')) || 60;
}
