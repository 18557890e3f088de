import type { I18n, Key } from '../i18n/index.ts';
import type { Rules } from '../uploads/rules.ts';
import type { UploadTotals } from '../uploads/uploads.ts';
import { el, focusNear } from './dom.ts';
import { type Chooser, catchFiles, chooser } from './drop.ts';
import type { Catch } from './drop-walk.ts';
import { once } from './gather.ts';
import { icon, mark } from './icons.ts';
import { type BulkActions, UploadBar } from './upload-bar.ts';
import type { Lines } from './upload-fold.ts';
import type { FoldActions } from './upload-fold-row.ts';
import { UploadList } from './upload-list.ts';
import { type Item, totalsText } from './upload-model.ts';
import type { ItemActions } from './upload-row.ts';

/** Where the surface takes what it shows from, and what it leads to. */
export interface SurfaceOptions {
  i18n: I18n;
  /** What may be uploaded where files go now. */
  rules(): Rules;
  add(caught: Catch): void;
  /** Has files chosen in a way of its own; answers whether it does. Default: the browser's file input. */
  choose?: (() => boolean) | undefined;
  /** What the list shows, in order; `narrow` where it is as on a phone. */
  lines(narrow: boolean): Lines;
  /** One of them; asked for those alone that can be seen. */
  item(id: string): Item | undefined;
  totals(): UploadTotals;
  /** Called with what has just been shown. */
  drawn(totals: UploadTotals): void;
  actions: ItemActions & BulkActions & FoldActions;
  /** Where files may be dropped and pasted. Default: anywhere on the page. */
  catchOn?: HTMLElement | undefined;
}

/** The upload surface: a place to drop files while there are none, else the list of them. Its height never changes. */
export class UploadSurface {
  readonly element: HTMLElement;
  readonly #i18n: I18n;
  readonly #chooser: Chooser;
  readonly #bar: UploadBar;
  readonly #list: UploadList;
  readonly #empty = el('div', { class: 'drop' });
  readonly #filled = el('div', { class: 'upload-filled', hidden: true });
  /** Has it drawn again with the next frame: an upload tells of itself far more often than a screen shows it. */
  readonly changed = once(() => this.#draw(), requestAnimationFrame);

  constructor(private readonly options: SurfaceOptions) {
    const { i18n, add, actions } = options;
    this.#i18n = i18n;
    this.#chooser = chooser(i18n, add);
    this.#bar = new UploadBar(i18n, actions);
    this.#list = new UploadList(i18n, actions, () => this.changed());
    this.element = el('div', { class: 'upload-body' }, this.#chooser.element, this.#empty, this.#filled);
    catchFiles(this.element, add, options.catchOn);
    i18n.onChange(() => this.#speak());
    this.#speak();
  }

  /** Says what may be uploaded now, after files go somewhere else. */
  ruled(): void {
    this.#speak();
  }

  /** Puts the focus where it belongs after a row went: into the row of `id`, else on "choose files". */
  focus(id: string | undefined): void {
    this.#draw();
    if (id !== undefined && this.#list.focus(id)) return;
    const shown = this.#filled.hidden ? this.#empty : this.#filled;
    shown.querySelector<HTMLElement>('.upload-choose')?.focus();
  }

  #draw(): void {
    const lines = this.options.lines(this.#list.narrow);
    const totals = this.options.totals();
    const some = lines.ids.length > 0;
    this.#toggle(some);
    this.element.dataset.state = some ? stateOf(totals) : 'empty';
    if (!some) return;
    const { active, paused, failed, sent, total } = totals;
    this.#bar.show({
      text: totalsText(this.#i18n, totals, active > 0),
      share: total > 0 ? sent / total : 1,
      moving: active - paused,
      paused,
      failed,
    });
    this.#list.show(lines, (id) => this.options.item(id));
    this.options.drawn(totals);
  }

  #toggle(filled: boolean): void {
    if (this.#filled.hidden !== filled) return;
    const focused = this.element.contains(focusNear(this.element));
    this.#filled.hidden = !filled;
    this.#empty.hidden = filled;
    if (focused) (filled ? this.#filled : this.#empty).querySelector<HTMLElement>('.upload-choose')?.focus();
  }

  #speak(): void {
    const { t } = this.#i18n;
    const { allowedTypes, maxObjectSize } = this.options.rules();
    this.#chooser.accept(allowedTypes);
    const size = this.#i18n.bytes(maxObjectSize);
    this.#empty.replaceChildren(
      icon('drop'),
      el('p', { class: 'drop-title' }, t('dropTitle')),
      el('div', { class: 'drop-buttons' }, ...this.#choices('button button-main')),
      el('p', { class: 'drop-note' }, t('uploadNote', { size })),
    );
    this.#filled.replaceChildren(
      el('div', { class: 'upload-head' }, ...this.#choices()),
      this.#bar.element,
      this.#list.element,
      el('p', { class: 'legend', 'aria-hidden': 'true' }, ...this.#legend()),
    );
    this.changed();
  }

  /** The first ones are what most come for; `first` is how they look. The camera is offered where there is one in the hand. */
  #choices(first = 'button'): HTMLElement[] {
    const { t } = this.#i18n;
    const button = (look: string, key: Key, choose: () => void) =>
      el('button', { class: look, type: 'button', onclick: choose }, t(key));
    const camera = button(`${first} upload-camera`, 'takePhoto', () => this.#chooser.camera());
    camera.hidden = !this.#chooser.photos;
    // Above a list there is room for a drawing.
    if (first === 'button') mark(camera, 'camera', t('takePhoto'));
    return [
      button(`${first} upload-choose`, 'chooseFiles', () => {
        if (!this.options.choose?.()) this.#chooser.files();
      }),
      camera,
      button('button upload-choose-folder', 'chooseFolder', () => this.#chooser.folder()),
    ];
  }

  #legend(): HTMLElement[] {
    const entry = (kind: string, key: Key) => el('span', { class: `legend-${kind}` }, this.#i18n.t(key));
    return [entry('stored', 'legendStored'), entry('flight', 'legendFlight'), entry('left', 'legendLeft')];
  }
}

/** What all files together are at, for style sheets and tests. */
function stateOf({ active, paused, failed }: UploadTotals): string {
  if (active > paused) return 'uploading';
  if (active > 0) return 'paused';
  return failed > 0 ? 'failed' : 'done';
}
