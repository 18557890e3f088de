import type { Explanation } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';

/** Milliseconds for which good news stays. Errors stay until they are dismissed. */
const STAY = 6_000;
/** Errors shown at once; a folder may fail two hundred times for one reason. */
const SHOWN = 3;

/** Results and errors at the foot of the page, read out by screen readers. */
export class Notices {
  readonly #status = el('div', { class: 'notices-status', role: 'status' });
  readonly #alerts = el('div', { class: 'notices-alerts', role: 'alert' });
  readonly element = el('div', { class: 'notices' }, this.#status, this.#alerts);

  constructor(private readonly i18n: I18n) {}

  /** Good news. */
  say(text: string): void {
    const notice = el('p', { class: 'notice notice-good' }, text);
    this.#status.replaceChildren(notice);
    setTimeout(() => notice.remove(), STAY);
  }

  /** A failure: what, why, what to do, and the code. */
  fail(title: string, { detail, advice, code }: Explanation): void {
    const { t } = this.i18n;
    const notice: HTMLElement = el(
      'div',
      { class: 'notice notice-bad' },
      el('p', { class: 'notice-title' }, title),
      el('p', {}, detail),
      el('p', {}, advice),
      code && el('p', { class: 'notice-code' }, t('errorCode', { code })),
      el('button', { class: 'button button-quiet', type: 'button', onclick: () => notice.remove() }, t('dismiss')),
    );
    this.#alerts.append(notice);
    while (this.#alerts.childElementCount > SHOWN) this.#alerts.firstElementChild?.remove();
  }
}
