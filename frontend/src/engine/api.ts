import { retryAfter } from './after.ts';
import type { Problem } from './contract.ts';
import { foreignError, networkError, problemError, UploadError } from './errors.ts';
import type { Retrier, Waiting } from './retry.ts';

/** How the API is reached. */
export interface ApiOptions {
  /** Base address, such as `/api`. */
  base: string;
  /** The caller's current token. Needed unless there is a `pass`. */
  token?(): Promise<string>;
  /** Gets a new token after the API refused the current one; rejects when the caller has to sign in again. Needed unless there is a `pass`. */
  renew?(): Promise<string>;
  /** Calls by a pass, or by its token alone, in place of a caller's token. */
  pass?: string | Pass;
  retrier: Retrier;
  /** Default: the browser's. */
  fetch?: typeof fetch;
}

/** Somebody who has a pass, and no account. */
export interface Pass {
  token: string;
  password?: string;
  /** Tells this guest from others, to a pass that counts them; made up once. */
  guest?: string;
}

/** What the API answered, and how many milliseconds lay between its clock and the time named, at the moment of the answer. */
export interface Answer<T> {
  body: T;
  /** Milliseconds from now until `time`, by the server's clock where its Date header can be read. */
  until(time: string): number;
}

/** The API's client: bearer token, one renewal, retries of passing trouble, problem answers as UploadError. */
export class Api {
  readonly #options: ApiOptions;
  #renewal: Promise<string> | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** Calls and reads the JSON answer; an empty answer is undefined. `onWait` is as of Retrier.run. */
  async call<T>(
    method: string,
    path: string,
    signal: AbortSignal,
    body?: unknown,
    onWait?: (why?: Waiting) => void,
  ): Promise<Answer<T>> {
    const { token: current } = this.#options;
    const attempt = async () => {
      if (this.#options.pass !== undefined || !current) return this.#once<T>(method, path, signal, '', body);
      const token = await current();
      try {
        return await this.#once<T>(method, path, signal, token, body);
      } catch (error) {
        if (!(error instanceof UploadError) || error.remedy !== 'renew') throw error;
        // Where no new token can be had, the refusal says more than the reason of that.
        const renewed = await this.#renew(token).catch(() => Promise.reject(error));
        return this.#once<T>(method, path, signal, renewed, body);
      }
    };
    return this.#options.retrier.run(() => this.#options.base, attempt, signal, onWait);
  }

  /** A token other than the refused one. Many calls may be refused at once; the token is renewed once for all of them. */
  async #renew(refused: string): Promise<string> {
    const current = await this.#options.token?.();
    if (current !== undefined && current !== refused) return current;
    const renew = this.#options.renew ?? (() => Promise.reject(new Error('there is no way to renew the token')));
    this.#renewal ??= renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  /** Who calls: the headers of a pass, which stands in no address, or a token. */
  #identity(token: string): Record<string, string> {
    const { pass } = this.#options;
    if (pass === undefined) return { authorization: `Bearer ${token}` };
    const { token: shown, password, guest } = typeof pass === 'string' ? { token: pass } : (pass as Pass);
    return {
      'signet-pass': shown,
      ...(password ? { 'signet-password': base64url(password.normalize('NFC')) } : {}),
      ...(guest ? { 'signet-guest': guest } : {}),
    };
  }

  async #once<T>(method: string, path: string, signal: AbortSignal, token: string, body: unknown): Promise<Answer<T>> {
    const headers: Record<string, string> = { ...this.#identity(token), accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const send = this.#options.fetch ?? fetch;
    let response: Response;
    let text: string;
    try {
      const { base, pass } = this.#options;
      response = await send(base + (pass === undefined ? '' : '/pass') + path, {
        method,
        headers,
        signal,
        cache: 'no-store',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch {
      signal.throwIfAborted();
      throw networkError();
    }
    const date = response.headers.get('date');
    if (!response.ok) {
      const after = retryAfter(response.headers.get('retry-after'), date);
      throw problemError(response.status, parse<Problem>(text) ?? {}, after);
    }
    const answer = parse<T>(text);
    if (answer === undefined && response.status !== 204) throw foreignError();
    const served = Date.parse(date ?? '');
    const now = Number.isNaN(served) ? Date.now() : served;
    return { body: answer as T, until: (time) => Date.parse(time) - now };
  }
}

/** Text as a header can hold it. */
function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
