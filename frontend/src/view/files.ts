import { explain } from '../explain.ts';
import type { StoredFile } from '../files.ts';
import type { Key } from '../i18n/index.ts';
import { el, replace } from './dom.ts';
import { rowActions } from './files-actions.ts';
import { addressOf, childOf, hashOf, joined } from './files-address.ts';
import type { FilesContext } from './files-context.ts';
import { crumbs } from './files-crumbs.ts';
import { type Fresh, visible } from './files-model.ts';
import { FilesReader } from './files-reader.ts';
import { filesTable, quietButton, type RowActions } from './files-table.ts';
import { gather } from './gather.ts';

/** "My files": a folder, or the deleted files, and what can be done with each of them. */
export class FileList {
  readonly element = el('section', { class: 'files', 'aria-labelledby': 'files-title' });
  #address = addressOf(location.hash);
  /** What `present` lists; the deleted files may be shown meanwhile. */
  #folder = this.#address.folder;
  #present: FilesReader;
  readonly #deleted: FilesReader;
  readonly #actions: RowActions;
  /** What this page has stored, oldest first. */
  readonly #stored = new Map<string, Fresh>();
  #count = 0;

  constructor(private readonly context: FilesContext) {
    this.#present = this.#open();
    this.#deleted = new FilesReader({
      deleted: true,
      read: (cursor) => context.files.listDeleted(cursor),
      changed: () => this.#draw(),
      succeeded: () => context.notices.settle('deletedFailed'),
      failed: (error) => this.#fail('deletedFailed', error),
    });
    this.#actions = rowActions(
      context,
      () => this.#reader,
      (key) => this.#forget(key),
    );
    context.i18n.onChange(() => this.#draw());
    addEventListener('hashchange', () => {
      if (this.element.isConnected) this.#go();
    });
    this.#draw();
  }

  /** Reads what is shown again; the other view is read when it is opened. */
  refresh(): Promise<void> {
    return this.#reader.refresh();
  }

  /** Puts a file on top that this page has just stored, where its folder is shown, and shows a folder that came with it. */
  stored(file: StoredFile): void {
    const fresh = { ...file, stored: ++this.#count };
    this.#stored.delete(file.key); // it is the last one now
    this.#stored.set(file.key, fresh);
    this.#show(fresh);
  }

  /** Files come by the thousand; the list is drawn for many at once. */
  readonly #show = gather((fresh: Fresh[]) => {
    const folders = fresh.flatMap(({ folder }) => childOf(this.#folder, folder) ?? []);
    this.#present.store(this.#here(fresh), folders);
  });

  /** Marks files that were deleted elsewhere on the page. */
  deleted(keys: readonly string[]): void {
    for (const key of keys) {
      this.#forget(key);
      this.#present.mark(key, true);
    }
  }

  /** Those of files just stored whose names others may have too: left out are those of a folder that is shown, known whole, and has none. */
  shared(files: readonly StoredFile[]): StoredFile[] {
    const { listing, state } = this.#present;
    const whole = state === 'ready' && listing.next === undefined;
    const keys = new Map<string, Set<string>>();
    const path = ({ folder, name }: StoredFile) => joined(folder, name);
    const there = listing.rows.filter(({ deleted }) => !deleted);
    for (const file of [...there, ...this.#stored.values()]) {
      const known = keys.get(path(file)) ?? new Set();
      keys.set(path(file), known.add(file.key));
    }
    return files.filter((file) => !whole || file.folder !== this.#folder || (keys.get(path(file))?.size ?? 0) > 1);
  }

  get #reader(): FilesReader {
    return this.#address.deleted ? this.#deleted : this.#present;
  }

  #open(): FilesReader {
    const folder = this.#folder;
    return new FilesReader({
      deleted: false,
      stored: this.#here([...this.#stored.values()]),
      read: (cursor, most) => this.context.files.list(folder, most, cursor),
      changed: () => this.#draw(),
      succeeded: () => this.context.notices.settle('filesFailed'),
      failed: (error) => this.#fail('filesFailed', error),
    });
  }

  #here(files: readonly Fresh[]): Fresh[] {
    return files.filter(({ folder }) => folder === this.#folder);
  }

  #forget(key: string): void {
    this.#stored.delete(key);
  }

  /** Shows what the address says. While nothing is known of it the section keeps its height, so that the page does not jump twice. */
  #go(): void {
    this.#address = addressOf(location.hash);
    const { deleted, folder } = this.#address;
    if (!deleted && folder !== this.#folder) {
      this.#folder = folder;
      this.#present = this.#open();
    }
    if (this.#reader.state === 'loading') this.element.style.minHeight = `${this.element.offsetHeight}px`;
    this.#reader.settle();
    void this.refresh();
  }

  async #more(): Promise<void> {
    const count = await this.#reader.more();
    const { notices, i18n } = this.context;
    if (count !== undefined) notices.say(() => i18n.t('filesMoreDone', { count }));
  }

  #draw(): void {
    const { i18n } = this.context;
    const { t } = i18n;
    const { listing, state, hasMore } = this.#reader;
    const { folders, rows } = visible(listing);
    const count = folders.length + rows.length;
    const { deleted, folder } = this.#address;
    if (state !== 'loading') this.element.style.minHeight = '';
    replace(
      this.element,
      el(
        'div',
        { class: 'section-head files-head' },
        el('h2', { class: 'section-title', id: 'files-title' }, t('filesTitle')),
        this.#views(),
        el('span', { class: 'files-count' }, state === 'ready' && t('filesCount', { count })),
        quietButton(t('filesRefresh'), 'refresh', () => this.refresh()),
      ),
      !deleted && crumbs(i18n, folder),
      count > 0 ? filesTable(i18n, listing, folder, this.#actions) : this.#blank(),
      state === 'ready' && !listing.complete && el('p', { class: 'files-note' }, t('filesIncomplete')),
      hasMore &&
        el(
          'div',
          { class: 'files-more' },
          quietButton(t('filesMore'), 'more', () => this.#more()),
        ),
    );
  }

  #views(): HTMLElement {
    const { t } = this.context.i18n;
    const link = (text: Key, deleted: boolean) => {
      const href = hashOf({ deleted, folder: '' });
      const current = this.#address.deleted === deleted ? 'true' : undefined;
      return el('a', { class: 'view', href, 'data-focus': href, 'aria-current': current }, t(text));
    };
    const attributes = { class: 'views', 'aria-label': t('views') };
    return el('nav', attributes, link('viewFiles', false), link('viewDeleted', true));
  }

  #blank(): HTMLElement {
    const { t } = this.context.i18n;
    const { state, hasMore, listing } = this.#reader;
    const blank = (...parts: (HTMLElement | string)[]) => el('p', { class: 'files-blank' }, ...parts);
    if (state === 'loading') return blank(t('loading'));
    if (state === 'failed') return blank(t(listing.deleted ? 'deletedFailed' : 'filesFailed'));
    if (hasMore) return blank(t('filesNotYet'));
    if (this.#address.folder !== '') return blank(el('strong', {}, t('folderEmpty')));
    return blank(
      el('strong', {}, t(listing.deleted ? 'deletedEmpty' : 'filesEmpty')),
      el('span', {}, t(listing.deleted ? 'deletedEmptyHint' : 'filesEmptyHint')),
    );
  }

  #fail(what: Key, error: unknown): void {
    const { i18n, notices } = this.context;
    notices.fail({ what, id: what, name: '', explain: () => explain(error, i18n.t) });
  }
}
