import { explain } from '../explain.ts';
import type { Files, StoredFile } from '../files.ts';
import type { I18n, Key } from '../i18n/index.ts';
import { confirmDelete } from './dialog.ts';
import { el, replace } from './dom.ts';
import { emptyListing, type Row, STEP, withDeleted, withFirstPage, withNextPage } from './files-model.ts';
import type { Notices } from './notices.ts';
import { openVersions } from './versions.ts';

/** What the list needs from the page. */
export interface FilesContext {
  i18n: I18n;
  files: Files;
  notices: Notices;
  /** Opens a signed address that the browser saves. */
  save(url: string): void;
}

/** "My files": the list and what can be done with each of them. */
export class FileList {
  readonly element = el('section', { class: 'files', 'aria-labelledby': 'files-title' });
  #listing = emptyListing;
  #state: 'loading' | 'ready' | 'failed' = 'loading';
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(private readonly context: FilesContext) {
    context.i18n.onChange(() => this.#draw());
    this.#draw();
  }

  /** Reads the list again. Calls that come while it is being read are answered by one more reading after it. */
  refresh(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
      if (!this.#again) return;
      this.#again = false;
      void this.refresh();
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      const { files, next } = await this.context.files.list();
      this.#listing = withFirstPage(this.#listing, files, next);
      this.#state = 'ready';
    } catch (error) {
      if (this.#state === 'loading') this.#state = 'failed';
      this.#fail('filesFailed', '', error);
    }
    this.#draw();
  }

  async #more(): Promise<void> {
    const before = this.#visible().length;
    const { rows, next, shown } = this.#listing;
    if (shown < rows.length || !next) {
      this.#listing = { ...this.#listing, shown: shown + STEP };
    } else {
      try {
        const page = await this.context.files.list(next);
        this.#listing = withNextPage(this.#listing, page.files, page.next);
      } catch (error) {
        return this.#fail('filesFailed', '', error);
      }
    }
    this.#draw();
    this.context.notices.say(this.context.i18n.t('filesMoreDone', { count: this.#visible().length - before }));
  }

  #visible(): readonly Row[] {
    return this.#listing.rows.slice(0, this.#listing.shown);
  }

  #draw(): void {
    const { t } = this.context.i18n;
    const rows = this.#visible();
    const hidden = this.#listing.rows.length > rows.length || this.#listing.next !== undefined;
    replace(
      this.element,
      el(
        'div',
        { class: 'section-head' },
        el('h2', { class: 'section-title', id: 'files-title' }, t('filesTitle')),
        this.#state === 'ready' && el('span', { class: 'files-count' }, t('filesCount', { count: rows.length })),
        this.#button('filesRefresh', 'refresh', () => this.refresh()),
      ),
      rows.length > 0 ? this.#table(rows) : this.#blank(),
      hidden &&
        el(
          'div',
          { class: 'files-more' },
          this.#button('filesMore', 'more', () => this.#more()),
        ),
    );
  }

  #blank(): HTMLElement {
    const { t } = this.context.i18n;
    if (this.#state === 'loading') return el('p', { class: 'files-blank' }, t('loading'));
    if (this.#state === 'failed') return el('p', { class: 'files-blank' }, t('filesFailed'));
    return el('p', { class: 'files-blank' }, el('strong', {}, t('filesEmpty')), el('span', {}, t('filesEmptyHint')));
  }

  #table(rows: readonly Row[]): HTMLElement {
    const { t } = this.context.i18n;
    const head = (key: Key, name: string) => el('th', { class: `cell-${name}`, scope: 'col' }, t(key));
    return el(
      'table',
      { class: 'table', 'aria-labelledby': 'files-title' },
      el(
        'thead',
        {},
        el('tr', {}, head('name', 'name'), head('size', 'size'), head('modified', 'time'), head('actions', 'actions')),
      ),
      el('tbody', {}, ...rows.map((row) => this.#row(row))),
    );
  }

  #row(row: Row): HTMLElement {
    const { i18n } = this.context;
    return el(
      'tr',
      { class: row.deleted ? 'row row-deleted' : 'row', 'data-key': row.key },
      el('th', { class: 'cell-name', scope: 'row', dir: 'auto', title: row.name }, row.name),
      el('td', { class: 'cell-size' }, i18n.bytes(row.size)),
      el(
        'td',
        { class: 'cell-time' },
        row.deleted ? i18n.t('deletedRow') : el('time', { datetime: row.modified }, i18n.time(row.modified)),
      ),
      el('td', { class: 'cell-actions' }, ...(row.deleted ? [this.#undoButton(row)] : this.#actions(row))),
    );
  }

  #actions(row: Row): HTMLElement[] {
    return [
      this.#button('download', `download ${row.key}`, () => this.#download(row), 'downloadNamed', row.name),
      this.#button('versions', `versions ${row.key}`, () => this.#versions(row), 'versionsNamed', row.name),
      this.#button('delete', `row ${row.key}`, () => this.#delete(row), 'deleteNamed', row.name),
    ];
  }

  #undoButton(row: Row): HTMLElement {
    // The same focus name as "delete": whoever deleted by keyboard finds "undo" under the finger.
    return this.#button('undo', `row ${row.key}`, () => this.#undo(row), 'undoNamed', row.name);
  }

  #button(text: Key, focus: string, act: () => void | Promise<void>, label?: Key, name = ''): HTMLElement {
    const { t } = this.context.i18n;
    const attributes = {
      class: 'button button-quiet',
      type: 'button',
      'data-focus': focus,
      'aria-label': label && t(label, { name }),
      onclick: () => void act(),
    };
    return el('button', attributes, t(text));
  }

  async #download({ key, name }: StoredFile): Promise<void> {
    try {
      this.context.save(await this.context.files.url(key));
    } catch (error) {
      this.#fail('downloadFailed', name, error);
    }
  }

  async #versions(row: Row): Promise<void> {
    try {
      if (await openVersions(this.context, row)) await this.refresh();
    } catch (error) {
      this.#fail('versionsFailed', row.name, error);
    }
  }

  async #delete({ key, name }: Row): Promise<void> {
    const { i18n, files, notices } = this.context;
    if (!(await confirmDelete(i18n, name))) return;
    try {
      await files.delete(key);
    } catch (error) {
      return this.#fail('deleteFailed', name, error);
    }
    this.#listing = withDeleted(this.#listing, key, true);
    this.#draw();
    notices.say(i18n.t('deleted', { name }));
  }

  async #undo({ key, name }: Row): Promise<void> {
    const { i18n, files, notices } = this.context;
    try {
      await files.undelete(key);
    } catch (error) {
      return this.#fail('restoreFailed', name, error);
    }
    this.#listing = withDeleted(this.#listing, key, false);
    this.#draw();
    notices.say(i18n.t('restored', { name }));
    await this.refresh();
  }

  #fail(title: Key, name: string, error: unknown): void {
    const { i18n, notices } = this.context;
    notices.fail(i18n.t(title, { name }), explain(error, i18n.t));
  }
}
