import type { Clock } from './clock.ts';
import { Pace } from './pace.ts';
import { Pool } from './pool.ts';

/** Connections that a browser opens to one host over HTTP/1.1. */
export const CONNECTIONS = 6;

/** One host of a bucket: how many requests it gets at once, and who waits for a place. */
export class Host {
  readonly pace: Pace;
  readonly pool: Pool;
  /** Whether it has ever answered. */
  answered = false;
  /** Whether it is given up: something in between keeps it from us. */
  left = false;

  constructor(connections: number, clock: Clock) {
    this.pace = new Pace(connections, clock);
    this.pool = new Pool(this.pace);
  }
}

/** The hosts that requests have gone to, by origin. */
export class Hosts {
  readonly #hosts = new Map<string, Host>();
  #count: number;

  /** `connections` is how many each host gets at the most, `count` how many of a bucket's hosts are used. */
  constructor(
    readonly connections: number,
    count: 1 | 2,
    private readonly clock: Clock,
  ) {
    this.#count = count;
  }

  /** How many of a bucket's hosts are asked for: 1 or 2. */
  get count(): number {
    return this.#count;
  }

  /** The host of an address. */
  of(url: string): Host {
    const { origin } = new URL(url);
    const host = this.#hosts.get(origin) ?? new Host(this.connections, this.clock);
    this.#hosts.set(origin, host);
    return host;
  }

  /**
   * A request to `host` got no answer. Where that host never gave one and another does, it is left: from now on one host
   * has to do, and whatever is signed for this one is to be signed again. Answers whether that is so.
   */
  lost(host: Host): boolean {
    const others = [...this.#hosts.values()].some(({ answered }) => answered);
    if (!host.answered && this.#count === 2 && others) {
      this.#count = 1;
      host.left = true;
    }
    return host.left;
  }
}
