import type { I18n, Key } from '../i18n/index.ts';
import { el, focusNear } from './dom.ts';
import { type Icon, mark } from './icons.ts';

/** What can be done with all files at once. */
export interface BulkActions {
  pauseAll(): void;
  resumeAll(): void;
  retryAll(): void;
  /** Cancels what is on its way and empties the list. */
  clear(): void;
}

/** What the bar shows. */
export interface BulkState {
  text: string;
  /** 0 to 1. */
  share: number;
  /** Files that are on their way and not paused. */
  moving: number;
  paused: number;
  failed: number;
}

/** Above the list: how far all files are, and what can be done with all of them. */
export class UploadBar {
  readonly #text = el('span', { class: 'upload-totals' });
  readonly #share = el('progress', { class: 'upload-share', max: '1' });
  readonly #pause = this.#button('pauseAll');
  readonly #resume = this.#button('resumeAll');
  readonly #retry = this.#button('retryAll');
  readonly #clear = this.#button('clear');
  readonly element = el(
    'div',
    { class: 'upload-bar' },
    this.#text,
    this.#retry,
    this.#pause,
    this.#resume,
    this.#clear,
    this.#share,
  );

  constructor(
    private readonly i18n: I18n,
    private readonly actions: BulkActions,
  ) {}

  show({ text, share, moving, paused, failed }: BulkState): void {
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#share.value = share;
    this.#share.setAttribute('aria-label', this.i18n.t('uploadTitle'));
    this.#mark(this.#retry, 'retry', 'retryAll', failed > 0);
    this.#mark(this.#pause, 'pause', 'pauseAll', moving > 0);
    this.#mark(this.#resume, 'resume', 'resumeAll', paused > 0 && moving === 0);
    this.#mark(this.#clear, 'cancel', moving + paused > 0 ? 'cancelAll' : 'clearList', true);
  }

  #button(act: keyof BulkActions): HTMLButtonElement {
    return el('button', { class: 'button button-icon', type: 'button', onclick: () => this.actions[act]() });
  }

  #mark(button: HTMLButtonElement, icon: Icon, label: Key, shown: boolean): void {
    mark(button, icon, this.i18n.t(label));
    const left = !shown && button === focusNear(this.element);
    button.hidden = !shown;
    if (left) this.#clear.focus();
  }
}
