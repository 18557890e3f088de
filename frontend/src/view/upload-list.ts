import type { I18n } from '../i18n/index.ts';
import { el, focusNear } from './dom.ts';
import { FOLD, type Lines } from './upload-fold.ts';
import { type FoldActions, FoldRow } from './upload-fold-row.ts';
import type { Item } from './upload-model.ts';
import { type ItemActions, UploadRow } from './upload-row.ts';

/** CSS pixels of a row; the style sheet has the same number. Rows of one height keep still whatever happens in them. */
export const ROW = 76;
/** CSS pixels of the list below which rows have no picture, about; the style sheet decides. */
const NARROW = 700;
/** Rows drawn above and below what is seen, so that the Tab key finds the next one. */
const SPARE = 4;

/** Indexes of the rows to draw of `count`: `first` inclusive, `end` exclusive. */
export function windowOf(count: number, top: number, height: number): { first: number; end: number } {
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  return { first: Math.min(first, count), end: Math.min(count, Math.ceil((top + height) / ROW) + SPARE) };
}

/** The list of what is uploaded. Only rows that can be seen are drawn: a folder may have ten thousand files. */
export class UploadList {
  readonly #list = el('ul', { class: 'upload-rows', role: 'list' });
  readonly element = el('div', { class: 'upload-list' }, this.#list);
  readonly #rows = new Map<string, UploadRow | FoldRow>();

  constructor(
    private readonly i18n: I18n,
    private readonly actions: ItemActions & FoldActions,
    changed: () => void,
  ) {
    this.element.addEventListener('scroll', changed, { passive: true });
    // Not in what stands in for a browser in the tests of others.
    if (globalThis.ResizeObserver) new ResizeObserver(changed).observe(this.element);
  }

  /** Whether it is as narrow as on a phone. */
  get narrow(): boolean {
    return this.element.clientWidth < NARROW;
  }

  /** Shows lines; `item` is asked only for files that are drawn. */
  show({ ids, fold }: Lines, item: (id: string) => Item | undefined): void {
    this.#list.setAttribute('aria-label', this.i18n.t('uploadList'));
    // By CSSOM: the content security policy refuses style attributes in markup only.
    this.#list.style.height = `${ids.length * ROW}px`;
    const { scrollTop, clientHeight, clientWidth } = this.element;
    const { first, end } = windowOf(ids.length, scrollTop, clientHeight);
    const drawn = new Map(ids.slice(first, end).map((id, i) => [id, first + i]));
    this.#leave(drawn, ids);
    const places: HTMLElement[] = [];
    for (const [id, index] of drawn) {
      const data = id === FOLD ? undefined : item(id);
      if (!data && id !== FOLD) continue;
      const row = this.#place(id, index, ids.length);
      places.push(row.element);
      if (row instanceof UploadRow && data) row.show(data, this.#stripWidth(clientWidth));
      if (row instanceof FoldRow && fold) row.show(fold);
    }
    this.#sort(places);
  }

  /** Puts the focus into the row of a file; answers whether it is drawn. */
  focus(id: string): boolean {
    this.#rows.get(id)?.focus();
    return this.#rows.has(id);
  }

  /** Takes rows off that are not seen any more, but not the one that somebody is at. */
  #leave(drawn: ReadonlyMap<string, number>, ids: readonly string[]): void {
    for (const [id, row] of this.#rows) {
      if (drawn.has(id)) continue;
      if (row.element.contains(focusNear(row.element)) && ids.includes(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
  }

  #place(id: string, index: number, count: number): UploadRow | FoldRow {
    const row = this.#rows.get(id) ?? this.#make(id);
    const { element } = row;
    this.#rows.set(id, row);
    element.style.transform = `translateY(${index * ROW}px)`;
    element.setAttribute('aria-setsize', String(count));
    element.setAttribute('aria-posinset', String(index + 1));
    return row;
  }

  #make(id: string): UploadRow | FoldRow {
    return id === FOLD ? new FoldRow(this.i18n, this.actions) : new UploadRow(this.i18n, this.actions);
  }

  /** Puts rows into the order of the list, which is that of the Tab key. The one that somebody is at stays, for it would lose the focus, and the others go around it. */
  #sort(rows: readonly HTMLElement[]): void {
    const focused = focusNear(this.#list);
    let next: Element | null = null;
    for (const row of rows.toReversed()) {
      if (!row.contains(focused) && (row.nextElementSibling !== next || !row.isConnected)) {
        this.#list.insertBefore(row, next);
      }
      next = row;
    }
  }

  /** The room that the style sheet leaves for a strip: a row without its padding and buttons. */
  #stripWidth(row: number): number {
    return Math.max(40, row - 2 * 16 - (row < NARROW ? 0 : 42) - 2 * 44 - 8);
  }
}
