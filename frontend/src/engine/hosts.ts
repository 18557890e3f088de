import type { Clock } from './clock.ts';
import { Front } from './front.ts';
import { Goodput } from './goodput.ts';
import { Pace } from './pace.ts';
import { Pool } from './pool.ts';
import { ANSWER } from './send.ts';

/** Connections that a browser opens to one host over HTTP/1.1. */
export const CONNECTIONS = 6;

/** Bytes a millisecond at which something in between passes bodies on at the least: a scanner behind a line of 1 Mbit/s. */
export const SLOWEST = 100;
/** The wait for an answer doubles as often at most. */
const DOUBLED = 2;
/** Milliseconds; no wait for an answer is longer. */
const LONGEST = 3_600_000;

/** Share of a part from which on it is not sent again for the sake of the parts before it. */
const TOO_FAR = 0.25;

/** A part on its way. */
export interface Flight {
  /** Bytes of the part. */
  size: number;
  /** Those that have left. */
  sent: number;
  /** Has it cut and queued again, before all others. */
  yield(): void;
}

/** One host of a bucket: how many requests it gets at once, and who waits for a place. */
export class Host {
  readonly pace: Pace;
  readonly #front: Front;
  /** Parts on their way, the last begun last. */
  readonly #flights = new Set<Flight>();
  readonly pool: Pool;
  /** Whether it has ever answered. */
  answered = false;
  /** Whether a request got no answer. */
  failed = false;
  /** Bytes of all bodies that wait for a place here, or for their answer. */
  promised = 0;
  /** Bytes of all bodies that are on their way or wait for their answer. */
  protected owed = 0;
  readonly #goodput = new Goodput();
  /** Bodies that left whole and got no answer, since there was the last. */
  #unanswered = 0;
  /** Whether it is given up: something in between keeps it from us. */
  left = false;

  constructor(
    readonly origin: string,
    connections: number,
    private readonly clock: Clock,
  ) {
    const pace = new Pace(connections, clock);
    const front = new Front(connections, clock);
    this.pace = pace;
    this.#front = front;
    this.pool = new Pool(this);
  }

  /** Requests at once. */
  get limit(): number {
    return Math.min(this.pace.limit, this.#front.limit);
  }

  /** Bytes a millisecond that it carries; undefined: not known yet. */
  get rate(): number | undefined {
    return this.#goodput.rate;
  }

  /** Bytes of any body have left. */
  carried(bytes: number): void {
    this.pace.moved(bytes, this.pool.running);
    this.#goodput.moved(bytes, this.clock.now());
  }

  /** A body of `size` bytes begins; the answer ends it. */
  owe(size: number): () => void {
    this.owed += size;
    return () => {
      this.owed -= size;
    };
  }

  /**
   * Milliseconds to wait for an answer: something in between may have taken all bodies at once and pass them on slowly, and
   * to cut that would have it begin again.
   */
  get patience(): number {
    return Math.min(LONGEST, (ANSWER + this.owed / SLOWEST) * 2 ** Math.min(DOUBLED, this.#unanswered));
  }

  /** A request got its answer. */
  heard(): void {
    this.answered = true;
    this.#unanswered = 0;
  }

  /** A body left whole, and there was no answer within `patience`. */
  unheard(): void {
    this.#unanswered++;
  }

  /** A part begins; the answer ends it. */
  begin(flight: Flight): () => void {
    this.#flights.add(flight);
    return () => {
      this.#flights.delete(flight);
    };
  }

  /**
   * More bytes of a part have left. Where the line turns out to be slow from the start, and half of them are too many, the parts
   * begun last make room for the first. One that becomes slow later has most of them under way for long, and what has left
   * is not sent again.
   */
  moved(flight: Flight, bytes: number): void {
    flight.sent += bytes;
    const before = this.#front.limit;
    this.#front.moved(bytes, flight.size, this.#flights.size);
    if (this.#front.limit > before) this.pool.admit();
    const narrow = this.#front.limit < before && this.#front.limit <= this.#front.most / 2;
    if (narrow && !this.answered && !this.failed) this.#makeRoom();
  }

  #makeRoom(): void {
    const surplus = [...this.#flights].slice(this.#front.limit).filter(({ size, sent }) => sent < size * TOO_FAR);
    // The last first: each comes to stand before those that were queued before it.
    for (const flight of surplus.reverse()) flight.yield();
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
    const host = this.#hosts.get(origin) ?? new Host(origin, this.connections, this.clock);
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
