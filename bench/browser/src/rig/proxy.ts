import type { LoggedRequest } from '../../../../frontend/package/testing/src/faults.ts';
import { type Child, start, stop } from './child.ts';
import { paths } from './paths.ts';

/** A fault, with the requests in flight at any moment of it. */
export interface LoggedEvent {
  id: number;
  kind: string;
  began: number;
  ended?: number;
  hit?: number;
  inFlight: number[];
}

export interface LayerLog {
  requests: LoggedRequest[];
  events: LoggedEvent[];
}

/** What came through since the last reset: to S3, to Signet's site and API, to Companion. */
export interface Log {
  s3: LayerLog;
  site: LayerLog;
  companion: LayerLog;
  /** To S3 through the site's own origin. */
  edge: LayerLog;
}

/** How slow the lines are: milliseconds a round trip, bytes a second for each connection; 0 is no limit. */
export interface Shape {
  roundTrip: number;
  bytesPerSecond: number;
}

/** A fault for the next part that it can be done to. */
export type Armed = { kind: 'flip' | 'cut'; offset: number } | { kind: '503'; count: number };

/** The proxy between browser and servers: bench/browser/proxy. */
export class Between {
  private constructor(private readonly child: Child<{ s3: string; app: string; secure: string; control: string }>) {}

  static async start(): Promise<Between> {
    return new Between(await start(paths.proxy, [], { pages: paths.pages }));
  }

  /** Address of S3 for browsers. */
  get s3(): string {
    return this.child.ready.s3;
  }

  /** Origin of the pages, with /api/ and /companion/ below it. */
  get app(): string {
    return this.child.ready.app;
  }

  /** The same origin by TLS and HTTP/2, with the way to S3 below it. */
  get secure(): string {
    return this.child.ready.secure;
  }

  /** `bucket` is the host that S3 sees of what comes through the site's own origin. */
  lead(to: { s3?: string; site?: string; companion?: string; bucket?: string }): Promise<void> {
    return this.#post('/upstream', to);
  }

  shape(shape: Shape): Promise<void> {
    return this.#post('/shape', shape);
  }

  arm(fault: Armed): Promise<void> {
    return this.#post('/arm', fault);
  }

  /** Cuts both lines; resolves when they are back. */
  offline(milliseconds: number): Promise<void> {
    return this.#post('/offline', { milliseconds });
  }

  /** Runs `cause`, which causes a fault, and notes what was in flight meanwhile. */
  async during(kind: string, cause: () => Promise<void>): Promise<void> {
    const { id } = await this.#post<{ id: number }>('/begin', { kind });
    await cause();
    await this.#post('/end', { id });
  }

  async log(): Promise<Log> {
    const response = await fetch(`${this.child.ready.control}/log`);
    return (await response.json()) as Log;
  }

  reset(): Promise<void> {
    return this.#post('/reset', {});
  }

  stop(): Promise<void> {
    return stop(this.child.process);
  }

  async #post<T>(path: string, body: unknown): Promise<T> {
    const response = await fetch(this.child.ready.control + path, { method: 'POST', body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`proxy ${path}: ${text.trim()}`);
    return JSON.parse(text) as T;
  }
}
