import type { Explanation } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import type { Reason } from '../why.ts';
import { el } from './dom.ts';

/** Milliseconds for which good news stays. Errors stay until they are dismissed. */
const STAY = 6_000;
/** Errors shown at once; a folder may fail two hundred times for one reason. */
const SHOWN = 3;

/** Results and errors at the foot of the page, read out by screen readers. */
export class Notices {
  readonly #status = el('div', { class: 'notices-status', role: 'status' });
  readonly #notes = el('div', { class: 'notices-notes', role: 'status' });
  readonly #alerts = el('div', { class: 'notices-alerts', role: 'alert' });
  readonly element = el('div', { class: 'notices' }, this.#notes, this.#status, this.#alerts);

  /** Finds out why, where more than the code is known of a failure; undefined where it is not. */
  why: (explanation: Explanation) => (() => Promise<Reason>) | undefined = () => undefined;

  constructor(private readonly i18n: I18n) {}

  /** Good news. */
  say(text: string): void {
    const notice = el('p', { class: 'notice notice-good' }, text);
    this.#status.replaceChildren(notice);
    setTimeout(() => notice.remove(), STAY);
  }

  /** What is neither good nor bad, and is not to be missed: it stays until it is dismissed. */
  note(text: string): void {
    const notice: HTMLElement = el('div', { class: 'notice' }, el('p', { class: 'notice-text' }, text));
    notice.append(this.#dismiss(notice));
    this.#notes.replaceChildren(notice);
  }

  /** A failure: what, why, what to do, and the code. */
  fail(title: string, explanation: Explanation): void {
    const { t } = this.i18n;
    const { detail, advice, code } = explanation;
    const find = this.why(explanation);
    const notice: HTMLElement = el(
      'div',
      { class: 'notice notice-bad' },
      el('p', { class: 'notice-title' }, title),
      el('p', {}, detail),
      el('p', {}, advice),
      code && el('p', { class: 'notice-code' }, t('errorCode', { code })),
      find && this.#question(find),
    );
    notice.append(this.#dismiss(notice));
    this.#alerts.append(notice);
    while (this.#alerts.childElementCount > SHOWN) this.#alerts.firstElementChild?.remove();
  }

  #dismiss(notice: HTMLElement): HTMLElement {
    const attributes = { class: 'button button-quiet', type: 'button', onclick: () => notice.remove() };
    return el('button', attributes, this.i18n.t('dismiss'));
  }

  /** A button that gives way to the reason. */
  #question(find: () => Promise<Reason>): HTMLElement {
    const { t } = this.i18n;
    const place = el('div', { class: 'notice-why', tabindex: '-1' });
    const say = (...lines: string[]) => place.replaceChildren(...lines.map((line) => el('p', {}, line)));
    const ask = async () => {
      say(t('whyAsking'));
      // The button is gone; whoever works with the keyboard stays here.
      place.focus();
      try {
        const { meaning, confidence, evidence, fix } = await find();
        const percent = Math.round(100 * confidence);
        const seen = evidence.map((line) => t('whyEvidence', { evidence: line }));
        say(t('whyCause', { percent, meaning }), ...seen, t('whyFix', { fix }));
      } catch (error) {
        say(t('whyFailed', { detail: error instanceof Error ? error.message : String(error) }));
      }
    };
    place.append(el('button', { type: 'button', onclick: () => void ask() }, t('why')));
    return place;
  }
}
