import { Api, browserNetwork, Retrier, systemClock } from '../engine/index.ts';
import { explain } from '../explain.ts';
import { Files, type StoredFile } from '../files.ts';
import { el } from '../view/dom.ts';
import files from '../view/files.css?inline';
import { FileList } from '../view/files.ts';
import type { Address } from '../view/files-address.ts';
import type { FilesContext } from '../view/files-context.ts';
import { quietButton } from '../view/files-row.ts';
import table from '../view/files-table.css?inline';
import { save } from '../view/save.ts';
import { spaceTitle } from '../view/spaces.ts';
import { type Identity, type Reach, SignetElement, type Stage } from './base.ts';
import { type FilesPlace, placeFor } from './files-place.ts';
import { OwnWay } from './own-way.ts';
import { reflect } from './reflect.ts';
import { Sheets } from './sheet.ts';
import type { StoredDetail } from './signet-upload.ts';

/** A file of the list, as events tell of it. `modified` is RFC 3339. */
export type FileDetail = Pick<StoredFile, 'key' | 'name' | 'folder' | 'size' | 'modified'>;

/** Parts for style sheets of others, by the class that they have in ours. */
const parts = { 'files-head': 'head', 'files-bar': 'bar', table: 'table', 'files-foot': 'foot' };

const sheets = new Sheets(files + table);

/**
 * `<signet-files base="…" space="…" folder="…">`: the files of a folder and of those below it. People search, open, download,
 * choose many, and where they may rename, move, delete and restore. What a `<signet-upload>` of the same space stores appears.
 *
 * It needs `settings`, who calls, or the attribute `pass`. In a form its value under `name` is the keys of the chosen files.
 * Events, which bubble: `signet-open` with a FileDetail, which shows nothing when it is prevented; `change` when others are chosen;
 * `signet-folder` with `{ folder }` when somebody goes elsewhere; `signet-gone` with `{ keys }` of what was deleted or moved.
 */
export class SignetFiles extends SignetElement<Identity> {
  declare heading: string;

  #list: FileList | undefined;
  #run = new AbortController();
  #value: readonly string[] = [];

  /** Keys of the files that are chosen. */
  get value(): readonly string[] {
    return this.#value;
  }

  /** Reads again what is shown. */
  async refresh(): Promise<void> {
    await this.#list?.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#run.abort();
    this.stop();
  }

  protected override get sheets(): Sheets {
    return sheets;
  }

  protected override ready(): boolean {
    return this.reach !== undefined;
  }

  protected override begin(stage: Stage): void {
    const { reach } = this;
    this.#run.abort();
    this.#run = new AbortController();
    this.#list = undefined;
    this.#choose([]);
    if (reach) void this.#open(reach, stage, this.#run.signal);
  }

  protected override changed(name: string): void {
    if (name === 'name') this.#choose(this.#value);
    else this.again();
  }

  async #open(reach: Reach, stage: Stage, signal: AbortSignal): Promise<void> {
    const { i18n, notices, place } = stage;
    const api = new Api({ ...reach, retrier: new Retrier(systemClock, browserNetwork) });
    place.replaceChildren(el('p', { class: 'files-blank', role: 'status' }, i18n.t('loading')));
    try {
      const found = await placeFor(api, this.getAttribute('space') ?? '');
      if (signal.aborted) return;
      notices.settle('filesFailed');
      this.#show(api, found, stage, signal);
    } catch (error) {
      if (signal.aborted) return;
      const id = 'filesFailed';
      notices.fail({ what: id, id, name: '', explain: () => explain(error, i18n.t) });
      const again = quietButton(i18n.t('filesRefresh'), 'refresh', () => this.again());
      place.replaceChildren(el('div', { class: 'files-blank' }, el('p', {}, i18n.t(id)), again));
    }
  }

  #show(api: Api, { space, title }: FilesPlace, { i18n, notices, place }: Stage, signal: AbortSignal): void {
    const folder = this.getAttribute('folder') ?? '';
    const named = () => this.getAttribute('heading') ?? (folder.split('/').pop() || title || spaceTitle(i18n, space));
    const context: FilesContext = {
      ...{ i18n, notices, space, signal, selected: [], history: !api.guest },
      root: { folder, title: named },
      files: new Files(api, space.space),
      way: new OwnWay({ space: space.space, deleted: false, folder }, (address) => this.#went(address)),
      save: (url) => save(url, this.shadowRoot ?? place),
      picture: () => undefined,
      opens: ({ key, name, folder, size, modified }) =>
        !this.#tell('signet-open', { key, name, folder, size, modified } satisfies FileDetail),
      chose: (chosen) => this.#choose(chosen.map(({ key }) => key)),
      gone: (keys) => this.#tell('signet-gone', { keys }),
    };
    const list = new FileList(context);
    for (const [name, part] of Object.entries(parts))
      list.element.querySelector(`.${name}`)?.setAttribute('part', part);
    list.element.setAttribute('part', 'list');
    this.#list = list;
    place.replaceChildren(list.element);
    document.addEventListener('signet-stored', (event) => this.#stored(event, space.space), { signal });
    list.go();
  }

  /** Whoever went by the keyboard goes on from the list: the button that led there goes. */
  #went({ folder }: Address): void {
    const { activeElement } = this.shadowRoot ?? {};
    if (activeElement?.matches('.folder-link, .crumb-link')) {
      this.#list?.element.closest<HTMLElement>('.element')?.focus({ preventScroll: true });
    }
    this.#list?.go();
    this.#tell('signet-folder', { folder });
  }

  /** An element for uploads has stored a file; it appears where its folder is shown. */
  #stored(event: Event, here: string): void {
    const { detail, target } = event as CustomEvent<StoredDetail>;
    const base = target instanceof Element ? target.getAttribute('base') : null;
    if (detail.space !== here || (base && base !== this.getAttribute('base'))) return;
    const { key, name, folder, size, existed } = detail;
    if (existed) void this.refresh();
    else this.#list?.stored({ key, name, folder, size, modified: new Date().toISOString() });
  }

  /** Answers false where somebody has dealt with it. */
  #tell(name: string, detail: unknown): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  #choose(keys: readonly string[]): void {
    const same = keys.join('\n') === this.#value.join('\n');
    this.#value = keys;
    const name = this.getAttribute('name');
    const data = new FormData();
    if (name) for (const key of keys) data.append(name, key);
    this.internals?.setFormValue?.(name ? data : null);
    if (!same) this.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

reflect(SignetFiles.prototype, ['heading'], []);

if (globalThis.customElements && !customElements.get('signet-files')) {
  customElements.define('signet-files', SignetFiles);
}

declare global {
  interface HTMLElementTagNameMap {
    'signet-files': SignetFiles;
  }
}
