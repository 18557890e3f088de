import { retryAfter } from './after.ts';
import { Caller, type CallerOptions } from './caller.ts';
import type { Problem } from './contract.ts';
import { foreignError, networkError, problemError, UploadError } from './errors.ts';
import type { Retrier, Waiting } from './retry.ts';

/** How the API is reached. */
export interface ApiOptions extends CallerOptions {
  /** Base address, such as `/api`. */
  base: string;
  retrier: Retrier;
  /** Default: the browser's. */
  fetch?: typeof fetch;
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
  readonly #caller: Caller;

  constructor(options: ApiOptions) {
    // A base is written with and without a slash at its end.
    this.#options = { ...options, base: options.base.replace(/\/+$/, '') };
    this.#caller = new Caller(options);
  }

  /** Whether a guest calls, by a pass. */
  get guest(): boolean {
    return this.#caller.guest;
  }

  /** Calls and reads the JSON answer; an empty answer is undefined. `onWait` is as of Retrier.run. */
  async call<T>(
    method: string,
    path: string,
    signal: AbortSignal,
    body?: unknown,
    onWait?: (why?: Waiting) => void,
  ): Promise<Answer<T>> {
    const attempt = async () => {
      const headers = await this.#caller.headers();
      try {
        return await this.#once<T>(method, path, signal, headers, body);
      } catch (error) {
        if (!(error instanceof UploadError) || !this.#caller.refused(error)) throw error;
        // Where there is no other word for who calls, the refusal says more than the reason of that.
        const others = await this.#caller
          .others(headers)
          .catch((why) => Promise.reject(why instanceof UploadError ? why : error));
        return this.#once<T>(method, path, signal, others, body);
      }
    };
    return this.#options.retrier.run(() => this.#options.base, attempt, signal, onWait);
  }

  async #once<T>(
    method: string,
    path: string,
    signal: AbortSignal,
    caller: Record<string, string>,
    body: unknown,
  ): Promise<Answer<T>> {
    const headers: Record<string, string> = { ...caller, accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const send = this.#options.fetch ?? fetch;
    let response: Response;
    let text: string;
    try {
      const ask = (until: AbortSignal) =>
        send(this.#options.base + (this.guest ? '/pass' : '') + path, {
          method,
          headers,
          signal: until,
          cache: 'no-store',
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      response = await this.#options.retrier.heard(this.#options.base, ask, signal);
      text = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof UploadError ? error : networkError();
    }
    const date = response.headers.get('date');
    if (!response.ok) {
      const after = retryAfter(response.headers.get('retry-after'), date);
      throw problemError(response.status, parse<Problem>(text) ?? {}, after);
    }
    const answer = parse<T>(text);
    if (!isObject(answer) && response.status !== 204) throw foreignError();
    const served = Date.parse(date ?? '');
    const now = Number.isNaN(served) ? Date.now() : served;
    return { body: answer as T, until: (time) => Date.parse(time) - now };
  }
}

/** What the service answers is always an object. */
function isObject(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && !Array.isArray(answer);
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
