import type { components } from './api.d.ts';
import { type Api, type Send, type SendAnswer, type SendRequest, sizeOf } from './engine/index.ts';
import type { Explanation } from './explain.ts';
import type { I18n } from './i18n/index.ts';

type Schemas = components['schemas'];
/** Why a request to S3 failed: the most likely cause. */
export type Reason = Schemas['ExplainedCause'];
type Question = Schemas['ExplainRequest'];

/** Failed requests that are remembered; a folder may fail two hundred times for one reason. */
const KEPT = 20;
/** Milliseconds to wait for the reason. */
const PATIENCE = 15_000;
/** Characters of an answer that are sent along: S3's errors have about two thousand. */
const LONGEST = 20_000;

/**
 * Remembers what went wrong on the way to S3 and asks the API why.
 *
 * The API answers rather than a WebAssembly of the same package here: that would be megabytes, and need
 * 'wasm-unsafe-eval' in the Content-Security-Policy. The URL goes to nobody but who signed it.
 */
export class Why {
  #failures: Question[] = [];

  constructor(
    private readonly api: Pick<Api, 'call'>,
    private readonly i18n: Pick<I18n, 'language'>,
  ) {}

  /** The same `send`, but remembering what fails. */
  watch(send: Send): Send {
    return async (request) => {
      try {
        const answer = await send(request);
        if (answer.status >= 300) this.#remember(request, answer);
        return answer;
      } catch (error) {
        if (!request.signal.aborted) this.#remember(request, { status: 0, body: '' }, 'net::ERR_FAILED');
        throw error;
      }
    };
  }

  /** How to find out why something failed; undefined when it was no request to S3. */
  find({ code, detail }: Explanation): (() => Promise<Reason>) | undefined {
    const question = this.#failures.findLast(({ status, response = '' }) => {
      if (code === 'NetworkError' || code === 'Stalled' || code === 'KeptBack') return status === 0;
      return response.includes(`<Code>${code}</Code>`) || (code === `HTTP${status}` && detail.includes(`${status}`));
    });
    return question && (() => this.#ask(question));
  }

  #remember({ url, fields, headers, body }: SendRequest, answer: SendAnswer, error?: string): void {
    const question: Question = {
      method: fields ? 'POST' : 'PUT',
      url: new URL(url, location.href).href,
      headers,
      size: sizeOf(body),
      status: answer.status,
      response: answer.body.slice(0, LONGEST),
      origin: location.origin,
      time: new Date().toISOString(),
      ...(error ? { error } : {}),
    };
    this.#failures = [...this.#failures, question].slice(-KEPT);
  }

  async #ask(question: Question): Promise<Reason> {
    const signal = AbortSignal.timeout(PATIENCE);
    const { body } = await this.api.call<Schemas['Explained']>('POST', '/explain', signal, question);
    const [first] = body.causes;
    if (!first) throw new Error('no cause');
    if (this.i18n.language !== 'ko') return first;
    const { causes } = await import('./i18n/causes.ko.ts');
    const words = causes[first.cause];
    return words ? { ...first, meaning: words[0], fix: words[1] } : first;
  }
}
