import type { Clock } from './clock.ts';
import { keptBackError, UploadError, unknownOriginError } from './errors.ts';
import { type Network, REACH } from './network.ts';

/** Attempts of one request that is answered with trouble before its file is given up; with the pauses below about a minute and a half. */
export const ATTEMPTS = 10;
/** Milliseconds for which a request that gets no answer is tried again, where there have been answers before: a train in a tunnel, a router that restarts. */
export const PATIENCE = 3_600_000;
/** Attempts to get any answer from a host of another origin, while the browser is online, before the page is taken for unknown there: less than 5 s. */
export const FIRST_TRIES = 4;
/** Milliseconds that a host of another origin has for its first answer, while the browser is online, beside the time that its connection takes. */
export const FIRST_ANSWER = 4_000;
/** Milliseconds more for one that answers other requests: what was asked may take it long, or be long on its way there. API Gateway answers within 30 s. */
export const LATE_ANSWER = 26_000;
/** Milliseconds; an answer may not have a request wait longer than that (Retry-After). */
export const LONGEST = 120_000;
/** Milliseconds; the first pause is drawn from [BASE/2, BASE]. */
export const BASE = 400;
/** Milliseconds; no pause is longer. */
export const CAP = 20_000;

/** Why nothing moves: no answer arrives, or the service asked for patience. */
export type Waiting = 'offline' | 'busy';

/** The pause before attempt `n` + 1: doubling, capped, the upper half drawn by chance so that many clients spread out. */
export function pause(n: number, random: () => number): number {
  const full = Math.min(CAP, BASE * 2 ** n);
  return full / 2 + (full / 2) * random();
}

/** What one request has met so far. */
interface Trouble {
  attempts: number;
  /** Attempts in a row without an answer, while the host could be reached. */
  refused: number;
  /** When the first failed, by the clock. */
  began: number;
}

/** Tries again what may succeed the next time. One for all requests of an engine, because an answer to any of them tells that the way to its place works. */
export class Retrier {
  readonly #answered = new Set<string>();
  readonly #reaching = new Map<string, Promise<boolean>>();

  constructor(
    private readonly clock: Clock,
    private readonly network: Network,
  ) {}

  /**
   * Runs `attempt` until it succeeds, fails for good, or patience is used up. Only errors whose remedy is `retry` are tried
   * again. `place` names whom the last attempt went to: an address. `onWait` hears why there is a pause, and undefined when it is over.
   */
  async run<T>(
    place: () => string,
    attempt: () => Promise<T>,
    signal: AbortSignal,
    onWait: (why?: Waiting) => void = () => {},
  ): Promise<T> {
    let trouble: Trouble = { attempts: 0, refused: 0, began: 0 };
    for (;;) {
      signal.throwIfAborted();
      let asked: number;
      try {
        const result = await attempt();
        this.#answered.add(place());
        return result;
      } catch (error) {
        if (!(error instanceof UploadError)) throw error;
        if (error.status !== 0) this.#answered.add(place());
        if (error.remedy !== 'retry') throw error;
        if (trouble.attempts++ === 0) trouble.began = this.clock.now();
        await this.#consider(place(), error, trouble);
        onWait(error.status === 0 ? 'offline' : 'busy');
        asked = Math.min(LONGEST, error.after ?? 0);
      }
      try {
        // Time without a network uses up no patience: a laptop may sleep the night.
        if (this.network.online) {
          await this.#wait(Math.max(asked, pause(trouble.attempts - 1, this.clock.random)), signal);
        } else {
          await this.#wait(CAP, signal);
          trouble = { attempts: 0, refused: 0, began: 0 };
        }
      } finally {
        onWait();
      }
    }
  }

  /**
   * Runs `ask`, which asks `place` until the head of its answer is there. A host of another origin that has never answered is given
   * up, by aborting what `ask` is given, where it accepts a request and says nothing: a browser would wait for minutes.
   */
  async heard<T>(place: string, ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#answered.has(place) || !foreign(place)) return ask(signal);
    const answer = new AbortController();
    const silence = new AbortController();
    const over = AbortSignal.any([signal, answer.signal]);
    this.#silent(place, over).then(
      (error) => error && silence.abort(error),
      () => {},
    );
    try {
      const result = await ask(AbortSignal.any([signal, silence.signal]));
      this.#answered.add(place);
      return result;
    } catch (error) {
      silence.signal.throwIfAborted();
      throw error;
    } finally {
      answer.abort();
    }
  }

  /** What is to be told once a first answer has been waited for long enough; nothing where others were answered, or the line is cut. */
  async #silent(place: string, over: AbortSignal): Promise<UploadError | undefined> {
    await this.clock.wait(FIRST_ANSWER - REACH + 2 * (this.network.opening ?? 0), over);
    const [reached] = await Promise.all([this.#reach(place), this.clock.wait(REACH, over)]);
    if (reached) await this.clock.wait(LATE_ANSWER, over);
    if (this.#answered.has(place) || !this.network.online) return undefined;
    return unknownOriginError(hostOf(place), globalThis.location.origin, reached);
  }

  /** Rejects, with what is to be told, where the request is not to be tried again. */
  async #consider(place: string, error: UploadError, trouble: Trouble): Promise<void> {
    const tries = trouble.attempts;
    if (error.status !== 0) {
      if (tries >= ATTEMPTS) throw error;
      return;
    }
    const reached = error.code === 'NetworkError' && this.network.online && (await this.#reach(place));
    trouble.refused = reached ? trouble.refused + 1 : 0;
    if (this.#answered.has(place)) {
      if (trouble.refused >= ATTEMPTS) throw keptBackError(place);
      if (this.clock.now() - trouble.began >= PATIENCE) throw error;
    } else {
      if (tries >= FIRST_TRIES && this.network.online) this.#unknown(place, error, reached);
      // A page whose own server it cannot ask is told so soon, as whoever writes it would be.
      const mute = error.code === 'NoCaller' && tries >= FIRST_TRIES && this.network.online;
      if (mute || tries >= ATTEMPTS) throw error;
    }
  }

  /** Throws where it is a host of another origin that was asked for the first time, and does not let the page read its answers. */
  #unknown(place: string, { code }: UploadError, reached: boolean): void {
    if (code !== 'NetworkError' || !foreign(place)) return;
    const host = hostOf(place);
    // S3 that cannot be reached at all has no rule that is wrong; a service that somebody runs may not be up yet.
    if (reached || host !== place) throw unknownOriginError(host, globalThis.location.origin, reached);
  }

  /** Whether the host of an address answers at all; asked once for all who ask at the same time. */
  #reach(place: string): Promise<boolean> {
    const asking = this.#reaching.get(place) ?? this.network.reaches?.(place) ?? Promise.resolve(false);
    this.#reaching.set(place, asking);
    return asking.finally(() => this.#reaching.delete(place));
  }

  /** The pause is over at once when the network comes back. */
  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    try {
      await Promise.race([this.clock.wait(ms, either), this.network.back(either)]);
    } finally {
      over.abort();
    }
  }
}

/** The origin of an address; empty where it is none. */
function hostOf(place: string): string {
  try {
    return new URL(place, globalThis.location?.href).origin;
  } catch {
    return '';
  }
}

/** Whether an address is of another origin than the page's. Under Node there is no page. */
function foreign(place: string): boolean {
  const { origin } = globalThis.location ?? {};
  const host = hostOf(place);
  return Boolean(origin && host && host !== origin);
}
