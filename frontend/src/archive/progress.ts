import type { I18n } from '../i18n/index.ts';
import { el } from '../view/dom.ts';

/** How far an archive is, and a way to stop it. */
export class ArchiveProgress {
  readonly #text = el('p', { class: 'notice-text' });
  readonly #bar: HTMLProgressElement;
  readonly element: HTMLElement;
  #done = 0;
  #scheduled = false;

  /** `size` in bytes, about. */
  constructor(
    private readonly i18n: I18n,
    private readonly name: string,
    private readonly size: number,
    stop: () => void,
  ) {
    const { t } = i18n;
    this.#bar = el('progress', { class: 'upload-share', max: '1', 'aria-label': name });
    const cancel = {
      class: 'button button-quiet',
      type: 'button',
      'aria-label': t('archiveStop', { name }),
      onclick: stop,
    };
    this.element = el('div', { class: 'notice archive' }, this.#text, this.#bar, el('button', cancel, t('cancel')));
    this.#draw();
  }

  /** Counts bytes that have gone into it. */
  moved(bytes: number): void {
    this.#done += bytes;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      this.#draw();
    }, 200);
  }

  #draw(): void {
    const { t, bytes } = { t: this.i18n.t, bytes: (size: number) => this.i18n.bytes(size) };
    this.#text.textContent = t('archiveProgress', {
      name: this.name,
      done: bytes(this.#done),
      total: bytes(this.size),
    });
    this.#bar.value = Math.min(1, this.#done / Math.max(1, this.size));
  }
}
