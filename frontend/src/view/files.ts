import { explain } from '../explain.ts';
import type { StoredFile } from '../files.ts';
import type { Key } from '../i18n/index.ts';
import { confirmDelete } from './dialog.ts';
import { el, replace } from './dom.ts';
import type { FilesContext } from './files-context.ts';
import { visible } from './files-model.ts';
import { FilesReader } from './files-reader.ts';
import { filesTable, quietButton, type RowActions } from './files-table.ts';
import { openVersions } from './versions.ts';

/** The part of the address that shows the deleted files, so that a reload, a bookmark and "back" keep the view. */
const DELETED = '#deleted';

/** "My files": the files, or the deleted ones, and what can be done with each of them. */
export class FileList {
  readonly element = el('section', { class: 'files', 'aria-labelledby': 'files-title' });
  readonly #present: FilesReader;
  readonly #deleted: FilesReader;

  constructor(private readonly context: FilesContext) {
    const { files } = context;
    const changed = () => this.#draw();
    this.#present = new FilesReader({
      deleted: false,
      read: (cursor) => files.list(cursor),
      changed,
      failed: (error) => this.#fail('filesFailed', '', error),
    });
    this.#deleted = new FilesReader({
      deleted: true,
      read: (cursor) => files.listDeleted(cursor),
      changed,
      failed: (error) => this.#fail('deletedFailed', '', error),
    });
    context.i18n.onChange(changed);
    addEventListener('hashchange', () => {
      if (this.element.isConnected) this.#switch();
    });
    this.#draw();
  }

  /** Reads what is shown again; the other view is read when it is opened. */
  refresh(): Promise<void> {
    return this.#reader.refresh();
  }

  get #reader(): FilesReader {
    return location.hash === DELETED ? this.#deleted : this.#present;
  }

  /** Shows the other view. While nothing is known of it the section keeps its height, so that the page does not jump twice. */
  #switch(): void {
    if (this.#reader.state === 'loading') this.element.style.minHeight = `${this.element.offsetHeight}px`;
    this.#reader.settle();
    void this.refresh();
  }

  async #more(): Promise<void> {
    const count = await this.#reader.more();
    if (count !== undefined) this.context.notices.say(this.context.i18n.t('filesMoreDone', { count }));
  }

  #draw(): void {
    const { i18n } = this.context;
    const { listing, state, hasMore } = this.#reader;
    const { length: count } = visible(listing);
    if (state !== 'loading') this.element.style.minHeight = '';
    replace(
      this.element,
      el(
        'div',
        { class: 'section-head files-head' },
        el('h2', { class: 'section-title', id: 'files-title' }, i18n.t('filesTitle')),
        this.#views(),
        el('span', { class: 'files-count' }, state === 'ready' && i18n.t('filesCount', { count })),
        quietButton(i18n.t('filesRefresh'), 'refresh', () => this.refresh()),
      ),
      count > 0 ? filesTable(i18n, listing, this.#actions) : this.#blank(),
      hasMore &&
        el(
          'div',
          { class: 'files-more' },
          quietButton(i18n.t('filesMore'), 'more', () => this.#more()),
        ),
    );
  }

  #views(): HTMLElement {
    const { t } = this.context.i18n;
    const link = (text: Key, href: string, reader: FilesReader) =>
      el(
        'a',
        { class: 'view', href, 'data-focus': href, 'aria-current': this.#reader === reader ? 'true' : undefined },
        t(text),
      );
    return el(
      'nav',
      { class: 'views', 'aria-label': t('views') },
      link('viewFiles', '#files', this.#present),
      link('viewDeleted', DELETED, this.#deleted),
    );
  }

  #blank(): HTMLElement {
    const { t } = this.context.i18n;
    const { state, hasMore, listing } = this.#reader;
    const blank = (...parts: (HTMLElement | string)[]) => el('p', { class: 'files-blank' }, ...parts);
    if (state === 'loading') return blank(t('loading'));
    if (state === 'failed') return blank(t(listing.deleted ? 'deletedFailed' : 'filesFailed'));
    if (hasMore) return blank(t('filesNotYet'));
    return blank(
      el('strong', {}, t(listing.deleted ? 'deletedEmpty' : 'filesEmpty')),
      el('span', {}, t(listing.deleted ? 'deletedEmptyHint' : 'filesEmptyHint')),
    );
  }

  readonly #actions: RowActions = {
    download: async ({ key, name }) => {
      try {
        this.context.save(await this.context.files.url(key));
      } catch (error) {
        this.#fail('downloadFailed', name, error);
      }
    },
    versions: async (row) => {
      try {
        if (await openVersions(this.context, row)) await this.refresh();
      } catch (error) {
        this.#fail('versionsFailed', row.name, error);
      }
    },
    delete: (row) => this.#delete(row),
    restore: (row) => this.#restore(row),
  };

  async #delete({ key, name }: StoredFile): Promise<void> {
    const { i18n, files, notices } = this.context;
    const reader = this.#reader;
    if (!(await confirmDelete(i18n, name))) return;
    try {
      await files.delete(key);
    } catch (error) {
      return this.#fail('deleteFailed', name, error);
    }
    reader.mark(key, true);
    notices.say(i18n.t('deleted', { name }));
  }

  async #restore({ key, name }: StoredFile): Promise<void> {
    const { i18n, files, notices } = this.context;
    const reader = this.#reader;
    try {
      await files.undelete(key);
    } catch (error) {
      return this.#fail('restoreFailed', name, error);
    }
    reader.mark(key, false);
    notices.say(i18n.t('restored', { name }));
    await reader.refresh();
  }

  #fail(title: Key, name: string, error: unknown): void {
    const { i18n, notices } = this.context;
    notices.fail(i18n.t(title, { name }), explain(error, i18n.t));
  }
}
