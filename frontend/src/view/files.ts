import { explain } from '../explain.ts';
import type { Order, StoredFile } from '../files.ts';
import type { Key } from '../i18n/index.ts';
import { el, replace } from './dom.ts';
import { rowActions } from './files-actions.ts';
import { childOf, joined } from './files-address.ts';
import { FilesBar } from './files-bar.ts';
import { nothing, views } from './files-blank.ts';
import { chosenActions } from './files-chosen.ts';
import type { FilesContext } from './files-context.ts';
import { crumbs } from './files-crumbs.ts';
import { RowDrag } from './files-drag.ts';
import { type Entry, entriesOf, filesOf } from './files-entry.ts';
import { type ManyActions, manyActions } from './files-many.ts';
import type { Fresh, Place } from './files-model.ts';
import { quietButton, type RowActions, rightsOf } from './files-row.ts';
import { FilesSources } from './files-sources.ts';
import { FilesTable } from './files-table.ts';
import { gather, once } from './gather.ts';
import { placeLink } from './place-link.ts';
import { Selection } from './selection.ts';

/** "My files": a folder, the deleted files, or what a search has found, and what can be done with it. */
export class FileList {
  readonly #head = el('div', { class: 'section-head files-head' });
  readonly #trail = el('div', { class: 'files-trail' });
  readonly #blank = el('div', { class: 'files-blank-place' });
  readonly #foot = el('div', { class: 'files-foot' });
  readonly element = el('section', { class: 'files', 'aria-labelledby': 'files-title' });
  readonly #sources: FilesSources;
  readonly #bar: FilesBar;
  readonly #table: FilesTable;
  readonly #many: ManyActions;
  readonly #one: RowActions;
  readonly #selection = new Selection();
  readonly #drag: RowDrag;
  #entries: readonly Entry[] = [];
  /** What the columns say; they are drawn anew when it changes. */
  #columns = '';
  /** Keys of the chosen files that were told last. */
  #told = '';
  /** What this page has stored, oldest first. */
  readonly #stored = new Map<string, Fresh>();
  #count = 0;
  /** News come in bursts; they are drawn once. */
  readonly #changed = once(() => this.#draw(), queueMicrotask);

  constructor(private readonly context: FilesContext) {
    const { i18n } = context;
    this.#sources = new FilesSources(context, {
      stored: () => [...this.#stored.values()],
      changed: () => this.#changed(),
      failed: (what, error) => this.#fail(what, error),
    });
    this.#many = manyActions(context, {
      readers: () => this.#sources.readers,
      folder: () => this.#sources.folder,
      gone: (keys) => this.#forget(keys),
      moved: ({ size, modified }, to) => this.stored({ ...to, size, modified }),
      done: () => this.#choose(() => this.#selection.clear()),
    });
    this.#drag = new RowDrag(this.element, (entries, folder) => {
      if (context.space.write && context.space.deleteOwn) void this.#many.moveTo(entries, folder);
    });
    this.#one = rowActions(context, {
      readers: () => this.#sources.readers,
      rows: () => filesOf(this.#entries),
      deleted: (keys) => this.#forget(keys),
      moved: (row, to) => this.#moved(row, to),
    });
    this.#table = new FilesTable({
      i18n,
      link: (folder, attributes, ...children) =>
        placeLink(context.way, { space: context.space.space, deleted: false, folder }, attributes, ...children),
      history: context.history,
      signal: context.signal,
      may: (row) => rightsOf(context.space, row),
      actions: this.#one,
      deleted: () => this.#sources.deleted,
      placed: () => this.#sources.placed,
      chosen: (id) => this.#selection.has(id),
      choose: (id, on, reach) =>
        this.#choose(() => (reach ? this.#selection.reach(this.#ids, id, on) : this.#selection.toggle(id, on))),
      share: () => this.#share,
      chooseAll: (on) => (on ? void this.#chooseAll() : this.#choose(() => this.#selection.clear())),
      archive: (folder) => void this.#many.download([folder]),
      picture: (key) => context.picture(key),
      uploader: (row) => context.uploader?.(row) ?? '',
      drag: (event, entry) => this.#drag.begin(event, this.#selection.has(entry.id) ? this.#chosen : [entry]),
      near: () => void this.#sources.near(),
    });
    this.#bar = new FilesBar({
      i18n,
      typed: (text) => this.#sources.type(text),
      searched: (text) => this.#sources.search(text),
      order: (order) => this.#order(order),
      all: () => void this.#chooseAll(),
      none: () => this.#choose(() => this.#selection.clear()),
    });
    this.element.append(this.#head, this.#trail, this.#bar.element, this.#blank, this.#table.element, this.#foot);
    document.addEventListener('keydown', (event) => this.#key(event), context.signal ? { signal: context.signal } : {});
    const ended = i18n.onChange(() => this.#draw());
    context.signal?.addEventListener('abort', ended);
    this.#draw();
  }

  /** Reads what is shown again; the other views are read when they are opened. */
  refresh(): Promise<void> {
    return this.#sources.refresh();
  }

  /** Shows a file that this page has just stored, where its folder is shown, and a folder that came with it. */
  stored(file: StoredFile): void {
    const { several, digits } = this.context.space;
    const fresh = { ...file, ...(several && digits ? { by: digits } : {}), stored: ++this.#count };
    this.#stored.delete(file.key); // it is the last one now
    this.#stored.set(file.key, fresh);
    this.#show(fresh);
  }

  /** Files come by the thousand; the list is drawn for many at once. */
  readonly #show = gather((stored: Fresh[]) => {
    const { home, present } = this.#sources;
    // One may have been deleted, moved or sent again meanwhile.
    const fresh = stored.filter((file) => this.#stored.get(file.key) === file);
    const folders = fresh.flatMap(({ folder }) => childOf(home, folder) ?? []);
    present.store(
      fresh.filter(({ folder }) => folder === home),
      folders,
    );
  });

  /** Marks files that were deleted elsewhere on the page. */
  deleted(keys: readonly string[]): void {
    this.#forget(keys);
    this.#sources.present.mark(keys, true);
  }

  /** Draws small pictures that have come meanwhile. */
  pictured(): void {
    this.#changed();
  }

  /** Those of files just stored whose names others may have too: left out are those of a folder that is shown, known whole, and has none. */
  shared(files: readonly StoredFile[]): StoredFile[] {
    const { listing, state } = this.#sources.present;
    const whole = state === 'ready' && listing.next === undefined;
    const keys = new Map<string, Set<string>>();
    const path = ({ folder, name }: StoredFile) => joined(folder, name);
    const there = listing.rows.filter(({ deleted }) => !deleted);
    for (const file of [...there, ...this.#stored.values()]) {
      const known = keys.get(path(file)) ?? new Set();
      keys.set(path(file), known.add(file.key));
    }
    const elsewhere = ({ folder }: StoredFile) => folder !== this.#sources.home;
    return files.filter((file) => !whole || elsewhere(file) || (keys.get(path(file))?.size ?? 0) > 1);
  }

  get #ids(): string[] {
    return this.#entries.map(({ id }) => id);
  }

  get #chosen(): Entry[] {
    return this.#entries.filter(({ id }) => this.#selection.has(id));
  }

  get #share(): 'all' | 'some' | 'none' {
    const { size } = this.#selection;
    if (size === 0) return 'none';
    return size >= this.#entries.length ? 'all' : 'some';
  }

  #forget(keys: readonly string[]): void {
    for (const key of keys) this.#stored.delete(key);
    this.context.gone?.(keys);
  }

  #moved({ key, size, modified }: StoredFile, to: Place): void {
    this.#forget([key]);
    this.stored({ ...to, size, modified });
  }

  /** Shows what the address says. */
  go(): void {
    this.#selection.clear();
    this.#bar.clear();
    this.#sources.go(this.context.way.address);
    this.#sources.reader.settle();
    this.#read();
  }

  #order(order: Order): void {
    this.#sources.sort(order);
    this.#read();
  }

  /** While nothing is known of what is to be shown the section keeps its height, so that the page does not jump twice. */
  #read(): void {
    if (this.#sources.state === 'loading') this.element.style.minHeight = `${this.element.offsetHeight}px`;
    void this.refresh();
  }

  #choose(change: () => void): void {
    change();
    this.#draw();
  }

  /** Chooses all lines, those too that are yet to be read, unless somebody chooses otherwise meanwhile. */
  async #chooseAll(): Promise<void> {
    const { reader } = this.#sources;
    for (;;) {
      this.#choose(() => this.#selection.all(this.#ids));
      const { size } = this.#selection;
      if (this.#sources.listing.next === undefined || !(await this.#sources.more())) return;
      if (this.#sources.reader !== reader || this.#selection.size !== size) return;
    }
  }

  #tellChosen(): void {
    if (!this.context.chose) return;
    const files = filesOf(this.#chosen);
    const told = files.map(({ key }) => key).join('\n');
    if (told === this.#told) return;
    this.#told = told;
    this.context.chose(files);
  }

  /** Ctrl+A chooses all lines, Escape none, for whoever is in the list, or on its own page nowhere, and is not typing. */
  #key(event: KeyboardEvent): void {
    // Within an element of the page the event is told as that element's.
    const [target] = event.composedPath();
    const nowhere = target === document.body && !(this.element.getRootNode() instanceof ShadowRoot);
    const here = this.element.isConnected && (nowhere || this.element.contains(target as Node));
    const typing = target instanceof HTMLInputElement && target.type !== 'checkbox';
    if (!here || typing) return;
    if (event.key === 'Escape' && this.#selection.size > 0) this.#choose(() => this.#selection.clear());
    if (event.key.toLowerCase() !== 'a' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void this.#chooseAll();
  }

  async #more(): Promise<void> {
    const count = await this.#sources.more();
    const { notices, i18n } = this.context;
    if (count !== undefined) notices.say(() => i18n.t('filesMoreDone', { count }));
  }

  #draw(): void {
    const { t } = this.context.i18n;
    const { deleted, placed, folder, state, listing } = this.#sources;
    this.#entries = entriesOf(listing, folder);
    this.#selection.keep(new Set(this.#ids));
    this.#tellChosen();
    const count = this.#entries.length;
    if (state !== 'loading') this.element.style.minHeight = '';
    replace(
      this.#head,
      el('h2', { class: 'section-title', id: 'files-title', dir: 'auto' }, this.context.root.title()),
      this.context.history && views(this.context, deleted),
      el('span', { class: 'files-count' }, state === 'ready' && t('filesCount', { count })),
      quietButton(t('filesRefresh'), 'refresh', () => this.refresh()),
    );
    replace(this.#trail, !deleted && crumbs(this.context, folder));
    this.#bar.show({
      order: listing.order,
      chosen: this.#selection.size,
      actions: chosenActions(this.context, this.#chosen, this.#many, this.#one),
      some: count > 0,
      ordered: !placed,
    });
    replace(this.#blank, count === 0 && nothing(this.context, this.#sources, this.#bar.text));
    this.#table.element.hidden = count === 0;
    // What will soon stand somewhere else is not to be clicked at.
    this.#table.element.inert = state === 'early';
    this.#table.element.setAttribute('aria-busy', String(state === 'early'));
    const columns = `${deleted} ${placed}`;
    if (columns !== this.#columns) this.#table.renew();
    this.#columns = columns;
    this.#table.show(this.#entries);
    replace(
      this.#foot,
      state === 'ready' && !listing.complete && el('p', { class: 'files-note' }, t('filesIncomplete')),
      listing.next !== undefined &&
        el(
          'div',
          { class: 'files-more' },
          quietButton(t('filesMore'), 'more', () => this.#more()),
        ),
    );
  }

  #fail(what: Key, error: unknown): void {
    const { i18n, notices } = this.context;
    notices.fail({ what, id: what, name: '', explain: () => explain(error, i18n.t) });
  }
}
