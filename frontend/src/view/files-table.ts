import type { I18n, Key } from '../i18n/index.ts';
import { el } from './dom.ts';
import type { Entry } from './files-entry.ts';
import { type RowContext, rowView } from './files-row.ts';
import { VirtualRows } from './virtual-rows.ts';

/** What the table needs beside what its rows need. */
export interface TableContext extends RowContext {
  i18n: I18n;
  /** Whether all lines are chosen, some, or none. */
  share(): 'all' | 'some' | 'none';
  chooseAll(on: boolean): void;
  /** Called when the end of the lines is near what is seen. */
  near(): void;
  /** Ends what the table hears of the page around it. */
  signal?: AbortSignal | undefined;
}

/** The table of a list of files: folders first. Of deleted and of found files, which come from several folders, the folder is said in the place of the size. */
export class FilesTable {
  readonly element = el('table', { class: 'table', 'aria-labelledby': 'files-title', tabindex: '-1' });
  readonly #head = el('tr', { 'aria-rowindex': '1' });
  readonly #rows: VirtualRows<Entry>;
  readonly #all = el('input', { class: 'select', type: 'checkbox' });

  constructor(private readonly context: TableContext) {
    this.#rows = new VirtualRows<Entry>(
      (entry) => rowView(context, entry),
      // Whoever works with the keyboard stays in the table.
      () => this.element.focus({ preventScroll: true }),
      () => context.near(),
      context.signal,
    );
    this.#all.addEventListener('click', () => context.chooseAll(this.#all.checked));
    this.element.append(el('thead', {}, this.#head), this.#rows.element);
    const ended = context.i18n.onChange(() => this.renew());
    context.signal?.addEventListener('abort', ended);
    this.#speak();
  }

  /** Shows lines. */
  show(entries: readonly Entry[]): void {
    this.element.setAttribute('aria-rowcount', String(entries.length + 1));
    const share = this.context.share();
    this.#all.checked = share === 'all';
    this.#all.indeterminate = share === 'some';
    this.#rows.show(entries);
  }

  /** Draws everything anew: the language has changed, or what the columns say. */
  renew(): void {
    this.#speak();
    this.#rows.renew();
  }

  #speak(): void {
    const { i18n, deleted, placed } = this.context;
    const head = (key: Key, name: string) => el('th', { class: `cell-${name}`, scope: 'col' }, i18n.t(key));
    this.#all.setAttribute('aria-label', i18n.t('selectAll'));
    this.#head.replaceChildren(
      el('td', { class: 'cell-select' }, el('label', { class: 'select-area' }, this.#all)),
      head('name', 'name'),
      placed() ? head('folder', 'folder') : head('size', 'size'),
      head(deleted() ? 'deletedTime' : 'modified', 'time'),
      head('actions', 'actions'),
    );
  }
}
