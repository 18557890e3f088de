import type { Clock } from './clock.ts';
import { Pace } from './pace.ts';
import { Pool } from './pool.ts';

/** Connections that a browser opens to one host over HTTP/1.1. */
export const CONNECTIONS = 6;

/** One host of a bucket: how many requests it gets at once, and who waits for a place. */
export class Host {
  readonly pace: Pace;
  readonly pool: Pool;

  constructor(connections: number, clock: Clock) {
    this.pace = new Pace(connections, clock);
    this.pool = new Pool(this.pace);
  }
}

/** The hosts that requests have gone to, by origin. */
export class Hosts {
  readonly #hosts = new Map<string, Host>();

  /** `connections` is how many each host gets at the most. */
  constructor(
    readonly connections: number,
    private readonly clock: Clock,
  ) {}

  /** The host of an address. */
  of(url: string): Host {
    const { origin } = new URL(url);
    const host = this.#hosts.get(origin) ?? new Host(this.connections, this.clock);
    this.#hosts.set(origin, host);
    return host;
  }
}
