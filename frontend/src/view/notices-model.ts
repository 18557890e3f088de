import type { Explanation } from '../explain.ts';
import type { I18n, Key } from '../i18n/index.ts';

/** Something that did not work. */
export interface Failure {
  /** What is said of it: a text with a `{name}`, or without. */
  what: Key;
  /** What failed, such as a file of the upload list: as long as it has, and only once, it is told of. */
  id: string;
  /** The name of the file; empty where it is of none. */
  name: string;
  /** Why, in the language that the page has at that moment. */
  explain(): Explanation;
}

/** What is said of many that failed for one reason; what is not here is told of one by one. */
const many: Partial<Record<Key, Key>> = {
  uploadFailed: 'uploadsFailed',
  removeFailed: 'deletesFailed',
  moveFailed: 'movesFailed',
  restoreFailed: 'restoresFailed',
};

/** What failed for one reason. */
export interface Cause {
  /** By `id`, in the order in which they failed. */
  readonly failures: Map<string, Failure>;
  /** Whether all have the same explanation to the letter. */
  alike: boolean;
}

/** What has failed and has not been mended, by its causes. */
export class Causes {
  readonly #causes = new Map<string, Cause>();

  /** The oldest first. */
  get list(): Cause[] {
    return [...this.#causes.values()];
  }

  /** Notes a failure. Answers its cause where it is to be announced: it is new, or the same thing has failed once more. */
  fail(failure: Failure): Cause | undefined {
    const { what, id } = failure;
    const { code, detail } = failure.explain();
    // Two requests that were refused for one reason differ in keys and request ids; their code is the same.
    const reason = `${what} ${many[what] ? code || detail : id}`;
    const known = this.#causes.get(reason);
    const again = known?.failures.has(id) ?? false;
    this.settle(id, known);
    const cause = known ?? { failures: new Map(), alike: true };
    const [first] = cause.failures.values();
    cause.alike &&= !first || first.explain().detail === detail;
    cause.failures.set(id, failure);
    this.#causes.set(reason, cause);
    return known && !again ? undefined : cause;
  }

  /** Forgets what was said of `id`: it has succeeded, is tried again, or is gone. `keep` stays, though it be empty. */
  settle(id: string, keep?: Cause): void {
    for (const [reason, cause] of this.#causes) {
      cause.failures.delete(id);
      if (cause.failures.size === 0 && cause !== keep) this.#causes.delete(reason);
    }
  }

  /** Forgets all that failed for one reason. */
  dismiss(cause: Cause): void {
    for (const [reason, other] of this.#causes) if (other === cause) this.#causes.delete(reason);
  }
}

/** A cause in words: how many or which, and why. */
export function causeText({ t }: Pick<I18n, 't'>, { failures, alike }: Cause): { title: string } & Explanation {
  const [first] = failures.values();
  if (!first) throw new Error('got a cause of nothing, want one failure at least');
  const { what, name, explain } = first;
  const explanation = explain();
  if (failures.size === 1) return { title: t(what, { name }), ...explanation };
  const title = t(many[what] ?? what, { count: failures.size });
  const detail = alike ? explanation.detail : t('failExample', { name, detail: explanation.detail });
  return { title, ...explanation, detail };
}
