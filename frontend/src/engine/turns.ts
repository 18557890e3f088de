import { Pool } from './pool.ts';

/**
 * Has uploads of one name and id wait for each other: what looks alike may be two files, and two at once would put their
 * parts into the same unfinished upload. The second then finds the object of the first, and compares.
 */
export class Turns {
  readonly #pools = new Map<string, Pool>();

  /** Runs `task` when nobody else runs one of this `name`. Aborting `signal` gives the place in the queue up. */
  async run<T>(name: string, task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const pool = this.#pools.get(name) ?? new Pool({ limit: 1 });
    this.#pools.set(name, pool);
    try {
      return await pool.run(task, signal);
    } finally {
      if (pool.idle) this.#pools.delete(name);
    }
  }
}
