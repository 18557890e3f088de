import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';
import { icon, mark } from './icons.ts';
import type { Fold } from './upload-fold.ts';

/** What can be done with the files that are folded together. */
export interface FoldActions {
  /** Shows or hides their rows. */
  fold(): void;
  /** Takes them off the list. */
  clearDone(): void;
}

/** The line that stands for the files that are up: a button that shows their rows below it, and one that takes them off the list. */
export class FoldRow {
  readonly #name = el('span', { class: 'upload-name' });
  readonly #text = el('span', { class: 'upload-text' });
  readonly #toggle: HTMLButtonElement;
  readonly #clear: HTMLButtonElement;
  readonly element: HTMLElement;

  constructor(
    private readonly i18n: I18n,
    actions: FoldActions,
  ) {
    this.#toggle = el(
      'button',
      { class: 'upload-fold', type: 'button', onclick: () => actions.fold() },
      icon('done'),
      this.#name,
      this.#text,
      icon('open'),
    );
    this.#clear = el('button', { class: 'button button-icon', type: 'button', onclick: () => actions.clearDone() });
    this.element = el('li', { class: 'upload-row upload-row-fold' }, this.#toggle, this.#clear);
  }

  show({ ids, bytes, open }: Fold): void {
    const { t } = this.i18n;
    this.#name.textContent = t('foldDone', { count: ids.length });
    this.#text.textContent = this.i18n.bytes(bytes);
    this.#toggle.setAttribute('aria-expanded', String(open));
    mark(this.#clear, 'cancel', t('foldClear'));
  }

  focus(): void {
    this.#toggle.focus();
  }
}
