import type { Clock } from './clock.ts';
import { UploadError } from './errors.ts';
import { Host, SLOWEST } from './hosts.ts';
import type { Network } from './network.ts';

/** Requests at once where one connection carries them all: HTTP/2 and 3. */
export const STREAMS = 100;
/** Where it does not: the API is of the same origin, and keeps two of a browser's six connections. */
export const APART = 4;
/** Requests at once until the first is answered: no more are lost on the try. */
export const TRY = 6;
/** Bytes from which a body goes where it is likely to arrive first; a smaller one is as fast as its round trips are few. */
const WEIGHED = 1024 * 1024;
/** Milliseconds to wait for an answer until there was one, and afterwards: CloudFront waits 30 s for S3's. */
const FIRST_ANSWER = 10_000;
const NEXT_ANSWER = 40_000;

/**
 * The way to the bucket through the page's own origin: no preflight, and as much at once as a connection takes. It is tried,
 * not believed in: whatever comes from there that is not S3's, or nothing, or a refusal that the direct way has not, closes it for
 * this page.
 */
export class Edge extends Host {
  /** Whether bodies go there. */
  open: boolean;
  /** The status of S3's own refusal that it was closed for; 0: it was for something else. */
  #refused = 0;
  #trial = new AbortController();

  /** `api` is the API's address: the way is its page's alone. */
  constructor(
    api: string,
    clock: Clock,
    private readonly network: Network,
    wanted: boolean,
  ) {
    super(globalThis.location?.origin ?? '', network.multiplexed ? STREAMS : APART, clock);
    this.open = wanted && this.origin !== '' && new URL(api, globalThis.location.href).origin === this.origin;
  }

  override get limit(): number {
    if (!this.open) return Number.POSITIVE_INFINITY; // whoever waits here is to go another way
    return Math.min(this.pace.limit, this.answered ? STREAMS : TRY);
  }

  override get patience(): number {
    return (this.answered ? NEXT_ANSWER : FIRST_ANSWER) + this.owed / SLOWEST;
  }

  /** Parts make no room for each other here: they share a connection. */
  override moved(): void {}

  /** Aborted when the way is closed that has never answered: what waits for its answer there goes directly at once. */
  get trial(): AbortSignal {
    return this.#trial.signal;
  }

  /** Whether an address is of this way, and the way is open. */
  takes(address: string | undefined): address is string {
    return this.open && address?.startsWith(`${this.origin}/`) === true;
  }

  /** Whether a body of `size` bytes is better here than at the direct host. */
  suits(size: number, directly: () => Host): boolean {
    if (size < WEIGHED) return true;
    const direct = directly();
    if (direct.failed && !direct.answered && this.answered) return true;
    const measured = this.rate !== undefined && direct.rate !== undefined;
    const speed = (host: Host, connections: number) => (measured ? (host.rate ?? 0) : connections);
    const end = (host: Host, connections: number) => (host.promised + size) / speed(host, connections);
    return end(this, 1) <= end(direct, direct.pace.most);
  }

  /** Whether an error of this way is its own, so that the body is to go directly; the way is closed then. */
  blamed({ status, code, remedy }: UploadError): boolean {
    const foreign = code.startsWith('HTTP');
    if (status === 0 ? !this.network.online : !foreign && remedy !== 'fail') return false;
    this.open = false;
    this.#refused = foreign ? 0 : status;
    if (!this.answered) this.#trial.abort();
    this.pool.admit();
    return true;
  }

  /** What came of it directly: the same refusal by both ways is none of this one's. */
  judge(error: unknown): void {
    if (this.open || !(error instanceof UploadError) || this.#refused === 0 || error.status !== this.#refused) return;
    this.open = true;
    this.#trial = new AbortController();
  }
}
