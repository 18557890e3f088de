import { callerError, type UploadError } from './errors.ts';

/** Somebody who has a pass, and no account. */
export interface Pass {
  token: string;
  password?: string;
  /** Tells this guest from others, to a pass that counts them; made up once. */
  guest?: string;
}

/** Who calls: somebody with a token, or with a pass. */
export interface CallerOptions {
  /** The caller's current token. Needed unless there is a `pass`. */
  token?(): Promise<string>;
  /** Gets a new token after the API refused the current one; rejects when the caller has to sign in again. Default: `token` is asked once more. */
  renew?(): Promise<string>;
  /** Calls by a pass, or by its token alone, in place of a caller's token. A function fetches one, and another when the service no longer takes that. */
  pass?: string | Pass | (() => Promise<string | Pass>);
}

type Named = Record<string, string>;

/** Says in a request's headers who calls, and finds another word for it once the service takes one no longer. */
export class Caller {
  #fetched: Promise<Named> | undefined;
  #renewal: Promise<Named> | undefined;

  constructor(private readonly options: CallerOptions) {}

  /** Whether it is a guest, whose calls have a path of their own. */
  get guest(): boolean {
    return this.options.pass !== undefined;
  }

  /** Rejects with passing trouble where whoever is asked cannot be reached. */
  async headers(): Promise<Named> {
    return this.#named().catch(unknown);
  }

  async #named(): Promise<Named> {
    const { pass, token } = this.options;
    if (pass === undefined) return bearer((await token?.()) ?? '');
    if (typeof pass !== 'function') return shown(pass);
    // Asked within a promise: where types are not checked, a function may answer the pass itself, or throw.
    this.#fetched ??= Promise.resolve()
      .then(pass)
      .then(shown)
      .catch((error) => {
        this.#fetched = undefined;
        throw error;
      });
    return this.#fetched;
  }

  /** Whether other headers may help against a refusal. */
  refused({ code, remedy }: UploadError): boolean {
    const { pass, token } = this.options;
    if (pass === undefined) return remedy === 'renew' && token !== undefined;
    return typeof pass === 'function' && code === 'NoSuchPass';
  }

  /** Other headers than those that were refused. Many calls may be refused at once; one asks for all of them. */
  async others(refused: Named): Promise<Named> {
    const current = await this.headers();
    if (!same(current, refused)) return current;
    this.#renewal ??= this.#renew(refused)
      .catch(unknown)
      .finally(() => {
        this.#renewal = undefined;
      });
    return this.#renewal;
  }

  async #renew(refused: Named): Promise<Named> {
    const { pass, renew } = this.options;
    if (pass === undefined && renew) return bearer(await renew());
    this.#fetched = undefined;
    const again = pass === undefined ? refused : await this.headers();
    if (same(again, refused)) throw new Error('there is nothing else to call with');
    return again;
  }
}

function unknown(thrown: unknown): never {
  throw callerError(thrown);
}

function bearer(token: string): Named {
  return { authorization: `Bearer ${token}` };
}

/** The headers of a pass, which stands in no address. */
function shown(pass: string | Pass): Named {
  const { token, password, guest } = typeof pass === 'string' ? ({ token: pass } as Pass) : pass;
  return {
    'signet-pass': token,
    ...(password ? { 'signet-password': base64url(password.normalize('NFC')) } : {}),
    ...(guest ? { 'signet-guest': guest } : {}),
  };
}

function same(one: Named, other: Named): boolean {
  return Object.values(one).join('\n') === Object.values(other).join('\n');
}

/** Text as a header can hold it. */
function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
