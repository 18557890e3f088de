import type { Explanation } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';
import { type Find, failureLines } from './failure.ts';
import { once } from './gather.ts';
import { type Cause, Causes, causeText, type Failure } from './notices-model.ts';

/** Milliseconds for which good news stays. Errors stay until they are mended or dismissed. */
const STAY = 6_000;
/** Causes of failures shown at once. */
const SHOWN = 3;

/** Words in the language that the page has when they are asked for. */
type Words = () => string;

/** A cause as it is shown, and as it was announced. */
interface Shown {
  box: HTMLElement;
  said: HTMLElement;
}

/**
 * Results and errors at the foot of the page. What is seen changes with every further failure and with the language;
 * screen readers are told of it by regions of their own, once.
 */
export class Notices {
  readonly #status = el('div', { class: 'notices-status', role: 'status' });
  readonly #notes = el('div', { class: 'notices-notes', role: 'status' });
  readonly #boxes = el('div', { class: 'notices-boxes' });
  readonly #alerts = el('div', { class: 'unseen notices-alerts', role: 'alert', 'aria-atomic': 'false' });
  readonly #log = el('div', { class: 'unseen notices-log', role: 'log' });
  readonly element = el('div', { class: 'notices' }, this.#notes, this.#status, this.#boxes, this.#alerts, this.#log);
  readonly #causes = new Causes();
  readonly #shown = new Map<Cause, Shown>();
  /** What is to be drawn again in another language. */
  readonly #texts = new Map<HTMLElement, Words>();
  /** Failures come by the hundred; what is shown of them is drawn once. */
  readonly #changed = once(() => this.#draw(), queueMicrotask);

  /** Finds out why, where more than the code is known of a failure; undefined where it is not. */
  why: (explanation: Explanation) => Find | undefined = () => undefined;

  /** A page of our own has failures as a landmark; within somebody else's page an element makes none. */
  constructor(
    private readonly i18n: I18n,
    role: 'region' | 'group' = 'region',
  ) {
    this.#boxes.setAttribute('role', role);
    i18n.onChange(() => this.#speak());
  }

  /** Good news. */
  say(words: Words): void {
    this.#pass('notice notice-good', words);
  }

  /** What is no good news, and passes. */
  tell(words: Words): void {
    this.#pass('notice', words);
  }

  /** What can be seen anyway, for screen readers only. */
  announce(words: Words): void {
    const line = el('p', { lang: this.i18n.language }, words());
    this.#log.append(line);
    setTimeout(() => line.remove(), STAY);
  }

  /** What is neither good nor bad, and is not to be missed: it stays until it is dismissed. */
  note(words: Words): void {
    const text = this.#text('notice-text', words);
    const notice: HTMLElement = el('div', { class: 'notice' }, text);
    notice.append(this.#dismiss(() => notice.remove()));
    this.#notes.replaceChildren(notice);
  }

  /** Shows something of its own among the notices, such as how far an archive is, until the answer is called. */
  attach(element: HTMLElement): () => void {
    this.#boxes.before(element);
    return () => element.remove();
  }

  /** A failure: what, why, what to do, and the code. Those of one cause are told of together. */
  fail(failure: Failure): void {
    const fresh = this.#causes.fail(failure);
    if (fresh) this.#announceFailure(fresh);
    const [oldest] = this.#causes.list;
    if (oldest && this.#causes.list.length > SHOWN) this.#causes.dismiss(oldest);
    this.#changed();
  }

  /** What failed before has succeeded, is tried again, or is gone. */
  settle(id: string): void {
    this.#causes.settle(id);
    this.#changed();
  }

  #announceFailure(cause: Cause): void {
    this.#shown.get(cause)?.said.remove();
    const { title, detail, advice } = causeText(this.i18n, cause);
    const said = el('p', { lang: this.i18n.language }, [title, detail, advice].join('. '));
    this.#alerts.append(said);
    this.#shown.set(cause, { box: this.#shown.get(cause)?.box ?? el('div', { class: 'notice notice-bad' }), said });
  }

  #draw(): void {
    this.#boxes.setAttribute('aria-label', this.i18n.t('failures'));
    const causes = new Set(this.#causes.list);
    for (const [cause, { box, said }] of this.#shown) {
      if (causes.has(cause)) continue;
      box.remove();
      said.remove();
      this.#shown.delete(cause);
    }
    for (const cause of causes) {
      const box = this.#shown.get(cause)?.box;
      if (!box) continue;
      if (!box.isConnected) this.#boxes.append(box);
      this.#fill(box, cause);
    }
  }

  /** Where only the number has changed, only the number is changed: an answer to "Why?" and the focus stay. */
  #fill(box: HTMLElement, cause: Cause): void {
    const { title, ...explanation } = causeText(this.i18n, cause);
    const [head, detail] = [box.querySelector('.notice-title'), box.querySelector('.notice-detail')];
    if (head && detail && box.lang === this.i18n.language) {
      head.textContent = title;
      detail.textContent = explanation.detail;
      return;
    }
    box.lang = this.i18n.language;
    box.replaceChildren(
      el('p', { class: 'notice-title' }, title),
      ...failureLines(this.i18n, explanation, this.why(explanation)),
      this.#dismiss(() => {
        this.#causes.dismiss(cause);
        this.#draw();
      }),
    );
  }

  #pass(kind: string, words: Words): void {
    const notice = this.#text(kind, words);
    this.#status.replaceChildren(notice);
    setTimeout(() => {
      notice.remove();
      this.#texts.delete(notice);
    }, STAY);
  }

  #text(kind: string, words: Words): HTMLElement {
    const text = el('p', { class: kind }, words());
    this.#texts.set(text, words);
    return text;
  }

  #speak(): void {
    for (const [text, words] of this.#texts) {
      if (text.isConnected) text.textContent = words();
      else this.#texts.delete(text);
    }
    for (const button of this.#notes.querySelectorAll('button')) button.textContent = this.i18n.t('dismiss');
    this.#draw();
  }

  #dismiss(go: () => void): HTMLElement {
    return el('button', { class: 'button button-quiet', type: 'button', onclick: go }, this.i18n.t('dismiss'));
  }
}
