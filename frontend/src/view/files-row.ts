import type { Space } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { type Attributes, type Child, el, replace } from './dom.ts';
import { filePicture } from './file-picture.ts';
import { type Entry, type FileEntry, type FolderEntry, nameOf } from './files-entry.ts';
import type { Row } from './files-model.ts';
import { icon } from './icons.ts';
import { personOf } from './uploaders.ts';
import type { RowView } from './virtual-rows.ts';

/** What can be done with a row. */
export interface RowActions {
  /** Shows the file in place. */
  open(row: Row): Promise<void>;
  download(row: Row): Promise<void>;
  versions(row: Row): Promise<void>;
  rename(row: Row): Promise<void>;
  delete(row: Row): Promise<void>;
  restore(row: Row): Promise<void>;
}

/** What somebody may do with a file, beside looking at it. */
export interface Rights {
  delete: boolean;
  rename: boolean;
  /** Whether it is said that the file is this person's own, for others upload there too. */
  own: boolean;
}

/** What the rules of a space say of a file. */
export function rightsOf(space: Space, { by }: Row): Rights {
  const own = space.several && by !== undefined && by === space.digits;
  const deletes = space.delete || (space.deleteOwn && (own || !space.several));
  return { delete: deletes, rename: deletes && space.write, own };
}

/** What a row asks of the list that it is in. */
export interface RowContext {
  i18n: I18n;
  actions: RowActions;
  /** What leads to a folder. */
  link(folder: string, attributes: Attributes, ...children: Child[]): HTMLElement;
  /** Whether older versions can be looked at. */
  history: boolean;
  /** What may be done with a file. */
  may(row: Row): Rights;
  /** Whether the list is that of the deleted files. */
  deleted(): boolean;
  /** Whether the folder of a file is said: the list is of several folders. */
  placed(): boolean;
  chosen(id: string): boolean;
  /** Chooses a line, with `reach` all up to it. */
  choose(id: string, on: boolean, reach: boolean): void;
  /** Downloads a folder as one archive. */
  archive(folder: FolderEntry): void;
  /** The address of a small picture of a file, where there is one. */
  picture(key: string): string | undefined;
  /** Who has uploaded a file; empty where it is not known. */
  uploader(row: Row): string;
  /** Begins to drag a line, and with it all that are chosen. */
  drag(event: DragEvent, entry: Entry): void;
}

/** A button that looks like a link. `focus` names it over redrawings; `label` says more than its text where many look the same. */
export function quietButton(text: string, focus: string, act: () => unknown, label?: string): HTMLElement {
  const attributes = { class: 'button button-quiet', type: 'button', 'data-focus': focus, 'aria-label': label };
  return el('button', { ...attributes, onclick: (event) => void (again(event) || act()) }, text);
}

/** Whether a click is a further one of a double click: what asks by a dialog would ask twice. */
function again(event: Event): boolean {
  return (event as MouseEvent).detail > 1;
}

/** Makes the row of a line. */
export function rowView(context: RowContext, entry: Entry): RowView<Entry> {
  return entry.row ? new FileRow(context) : new FolderRow(context, entry);
}

/** The box by which a line is chosen. */
function box({ i18n, choose }: RowContext, entry: Entry): HTMLInputElement {
  const label = i18n.t('selectNamed', { name: nameOf(entry) });
  const node = el('input', {
    class: 'select',
    type: 'checkbox',
    'aria-label': label,
    'data-focus': `select ${entry.id}`,
  });
  node.addEventListener('click', ({ shiftKey }) => choose(entry.id, node.checked, shiftKey));
  return node;
}

class FolderRow implements RowView<Entry> {
  readonly element: HTMLElement;
  readonly #box: HTMLInputElement;
  readonly #context: RowContext;

  constructor(context: RowContext, entry: FolderEntry) {
    this.#context = context;
    this.#box = box(context, entry);
    const { t } = context.i18n;
    const { name, folder } = entry;
    const link = context.link(folder, { class: 'folder-link', dir: 'auto', draggable: 'false' }, icon('folder'), name);
    const label = t('downloadNamed', { name });
    this.element = el(
      'tr',
      { class: 'folder', 'data-folder': folder, draggable: 'true' },
      // The whole cell is to be hit.
      el('td', { class: 'cell-select' }, el('label', { class: 'select-area' }, this.#box)),
      el('th', { class: 'cell-name', scope: 'row', title: name }, link),
      el('td', { class: 'cell-size cell-kind' }, t('folder')),
      el('td', { class: 'cell-time' }),
      el(
        'td',
        { class: 'cell-actions' },
        quietButton(t('download'), `archive ${folder}`, () => context.archive(entry), label),
      ),
    );
    this.element.addEventListener('dragstart', (event) => context.drag(event, entry));
  }

  show({ id }: Entry): void {
    this.#box.checked = this.#context.chosen(id);
    this.element.toggleAttribute('data-chosen', this.#box.checked);
  }
}

/** The cells of a file's row. */
type Cell = 'select' | 'name' | 'place' | 'time' | 'actions';

class FileRow implements RowView<Entry> {
  readonly element = el('tr', { class: 'row', draggable: 'true' });
  readonly #cells: Record<Cell, HTMLElement> = {
    select: el('td', { class: 'cell-select' }),
    name: el('th', { class: 'cell-name', scope: 'row', dir: 'auto' }),
    place: el('td'),
    time: el('td', { class: 'cell-time' }),
    actions: el('td', { class: 'cell-actions' }),
  };
  /** What each cell was filled for. */
  readonly #filled = new Map<Cell, string>();
  #shown: FileEntry | undefined;
  #box: HTMLInputElement | undefined;

  constructor(private readonly context: RowContext) {
    this.element.append(...Object.values(this.#cells));
    this.element.addEventListener('dragstart', (event) => {
      if (this.#shown) context.drag(event, this.#shown);
    });
  }

  show(entry: Entry): void {
    if (!entry.row) return;
    this.#shown = entry;
    this.#draw(entry, this.context.picture(entry.row.key));
    const chosen = this.context.chosen(entry.id);
    if (this.#box && this.#box.checked !== chosen) this.#box.checked = chosen;
    this.element.toggleAttribute('data-chosen', chosen);
  }

  #draw(entry: FileEntry, picture = ''): void {
    const { row } = entry;
    const { name, key, deleted } = row;
    const { i18n, deleted: listed, placed } = this.context;
    const list = listed();
    this.element.className = deleted && !list ? 'row row-deleted' : 'row';
    this.element.dataset.key = key;
    this.#fill('select', name, () => {
      this.#box = box(this.context, entry);
      return [el('label', { class: 'select-area' }, this.#box)];
    });
    const by = this.context.uploader(row);
    this.#fill('name', `${name}\n${deleted}\n${picture}\n${by}`, () => this.#name(row, picture, by));
    this.#cells.name.title = name;
    const place = placed() ? row.folder : i18n.bytes(row.size);
    this.#fill('place', `${placed()}\n${place}`, () => [place]);
    this.#cells.place.className = placed() ? 'cell-folder' : 'cell-size';
    this.#cells.place.title = placed() ? place : '';
    this.#fill('time', `${row.modified}\n${deleted}`, () => [this.#timeOrChange(row, list)]);
    this.#fill('actions', `${name}\n${deleted}`, () => (deleted ? this.#restoreButton(row, list) : this.#buttons(row)));
  }

  /** Fills a cell where it says something else than it is to say: what is in it keeps the focus else, and is what a dialog gives it back to. */
  #fill(cell: Cell, what: string, make: () => (HTMLElement | string)[]): void {
    if (this.#filled.get(cell) === what) return;
    this.#filled.set(cell, what);
    replace(this.#cells[cell], ...make());
  }

  #name(row: Row, picture: string, by: string): HTMLElement[] {
    const { t } = this.context.i18n;
    const image = filePicture(row.name, picture);
    if (row.deleted) return [image, el('span', { class: 'file-name' }, row.name)];
    const open = (event: Event) => {
      event.preventDefault();
      if (!again(event)) void this.context.actions.open(this.#shown?.row ?? row);
    };
    const attributes = { class: 'file-name file-open', draggable: 'false', 'data-focus': `open ${row.key}` };
    // In a tab of its own it leads to the folder.
    const { own } = this.context.may(row);
    const whose = own ? t('mine') : personOf(by);
    // The link says it to screen readers: the name of the row is that of the file.
    const title = own ? t('mine') : by && t('uploadedBy', { name: by });
    const link = this.context.link(row.folder, { ...attributes, title: title || undefined, onclick: open }, row.name);
    const badge = { class: own ? 'badge badge-own' : 'badge badge-by', 'aria-hidden': 'true', dir: 'auto' };
    return [image, link, ...(whose ? [el('span', { ...badge, title: own ? undefined : by }, whose)] : [])];
  }

  /** When it was stored or deleted; what has happened to it on this page since says more. */
  #timeOrChange(row: Row, deleted: boolean): HTMLElement | string {
    const { i18n } = this.context;
    if (row.deleted === deleted) return el('time', { datetime: row.modified }, i18n.time(row.modified));
    return i18n.t(row.deleted ? 'deletedRow' : 'restoredRow');
  }

  #buttons(row: Row): HTMLElement[] {
    const { actions, i18n } = this.context;
    const { t } = i18n;
    const { key, name } = row;
    const rename = quietButton(t('rename'), `rename ${key}`, () => actions.rename(row), t('renameNamed', { name }));
    rename.classList.add('row-rename');
    const may = this.context.may(row);
    return [
      quietButton(t('download'), `download ${key}`, () => actions.download(row), t('downloadNamed', { name })),
      ...(this.context.history
        ? [quietButton(t('versions'), `versions ${key}`, () => actions.versions(row), t('versionsNamed', { name }))]
        : []),
      ...(may.delete
        ? [quietButton(t('delete'), `row ${key}`, () => actions.delete(row), t('deleteNamed', { name }))]
        : []),
      ...(may.rename ? [rename] : []),
    ];
  }

  #restoreButton(row: Row, deleted: boolean): HTMLElement[] {
    if (!this.context.may(row).delete) return [];
    const { t } = this.context.i18n;
    // The same focus name as "delete": whoever deleted by keyboard finds "undo" under the finger.
    const focus = `row ${row.key}`;
    const act = () => this.context.actions.restore(row);
    const { name } = row;
    if (deleted) return [quietButton(t('restore'), focus, act, t('restoreFileNamed', { name }))];
    return [quietButton(t('undo'), focus, act, t('undoNamed', { name }))];
  }
}
