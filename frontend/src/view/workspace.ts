import type { SiteConfig } from '../config.ts';
import { type Api, Engine, type EngineOptions, type SourceFile } from '../engine/index.ts';
import type { Waiting } from '../engine/retry.ts';
import { explain } from '../explain.ts';
import { Files, type Space, type StoredFile, spacesOf } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { storageOf } from '../storage.ts';
import { closeDialogs } from './dialog.ts';
import { el } from './dom.ts';
import { FileList } from './files.ts';
import type { SelectedAction, Way } from './files-context.ts';
import { gather } from './gather.ts';
import type { Notices } from './notices.ts';
import { Pictures } from './pictures.ts';
import { QuotaView } from './quota.ts';
import { Memory } from './remembered.ts';
import { save } from './save.ts';
import { ownSpace, SpacesNav, spaceTitle } from './spaces.ts';
import { UnfinishedList } from './unfinished.ts';
import type { UploadPanel } from './upload.ts';
import { Uploaders } from './uploaders.ts';

/** Bytes from which on a file goes in parts, so that something of it can be left. */
const LARGE = 16 * 1024 * 1024;

/** Milliseconds in which it is not said again that something waits. */
const QUIET = 10_000;

/** What the page of somebody who is signed in needs. */
export interface WorkspaceContext {
  i18n: I18n;
  config: SiteConfig;
  notices: Notices;
  api: Api;
  /** How the engine reaches the API. */
  engine: EngineOptions;
  way: Way;
  /** Who is signed in. */
  who: string;
  /** What else can be done with files that are chosen. */
  selected: readonly SelectedAction[];
}

/** The page of somebody who is signed in: upload on top, the files of a space below, and at the side which spaces there are. */
export class Workspace {
  readonly element = el('div', { class: 'workspace' });
  readonly #title = el('h1', { class: 'section-title' });
  readonly #surface = el('div', { class: 'upload-surface' });
  readonly #quota: QuotaView;
  readonly #upload: HTMLElement;
  readonly #place = el('div', { class: 'workspace-files' });
  readonly #nav: SpacesNav;
  readonly #pictures = new Pictures(() => {
    this.#list.pictured();
    this.#panel?.pictured();
  });
  /** A list for each space that has been looked at. */
  readonly #lists = new Map<string, FileList>();
  #spaces: readonly Space[];
  #panel: UploadPanel | undefined;
  readonly #memory: Memory;
  #unfinished: UnfinishedList | undefined;
  /** Whether there were files on the list of uploads when it was last looked at, and how many were on their way. */
  #listed = false;
  /** When it was said last that something waits. */
  #said = Number.NEGATIVE_INFINITY;
  #active = 0;
  #existed = gather<string>((spaces) => {
    for (const space of new Set(spaces)) void this.#lists.get(space)?.refresh();
  });
  /** How much is stored has changed. */
  readonly #taken = gather(() => void this.#count());

  constructor(private readonly context: WorkspaceContext) {
    const { i18n, config, way } = context;
    this.#spaces = [ownSpace(config)];
    this.#memory = new Memory(context.who);
    this.#nav = new SpacesNav(i18n, () => this.#space.space);
    this.#quota = new QuotaView(i18n);
    if (config.quota) this.#quota.reserve();
    const head = el('div', { class: 'section-head' }, this.#title);
    this.#upload = el('section', { class: 'upload' }, head, this.#surface, this.#quota.element);
    this.element.append(el('div', { class: 'workspace-main' }, this.#upload, this.#place));
    i18n.onChange(() => this.#name());
    way.onChange(() => {
      // "Back" leaves a dialog as it does a folder.
      closeDialogs();
      if (this.element.isConnected) this.#go();
    });
    if (config.spaces || config.quota) void this.#learn();
    else this.#go();
    // Whoever is not signed in does not need it, and the list of files does not wait for it.
    void import('./upload.ts').then(({ UploadPanel }) => this.#begin(new UploadPanel(this.#uploads())));
  }

  /** Whether uploads are on their way. */
  get busy(): boolean {
    return (this.#panel?.active ?? 0) > 0;
  }

  /** The space that the address says; the own files where there is none of that name. */
  get #space(): Space {
    const { space } = this.context.way.address;
    const [own = ownSpace(this.context.config)] = this.#spaces;
    return this.#spaces.find((one) => one.space === space) ?? own;
  }

  get #list(): FileList {
    const space = this.#space;
    const known = this.#lists.get(space.space);
    if (known) return known;
    const { i18n, notices, way, selected } = this.context;
    const files = this.#files(space.space);
    const picture = (key: string) => this.#pictures.of(key);
    const root = { folder: '', title: () => spaceTitle(i18n, space) };
    const history = true;
    const uploaders = new Uploaders(
      (key) => files.uploader(key),
      () => list.pictured(),
    );
    const uploader = (file: StoredFile) => uploaders.of(file);
    const shown = { space, root, history, way };
    const list = new FileList({ i18n, notices, files, ...shown, save, picture, uploader, selected });
    this.#lists.set(space.space, list);
    return list;
  }

  /** The files of a part of a space. */
  #files(space: string): Files {
    return new Files(
      this.context.api,
      space,
      () => this.#taken(),
      (why) => this.#waits(why),
    );
  }

  /** Many calls wait for the same: it is said once. */
  #waits(why: Waiting): void {
    const now = performance.now();
    if (now < this.#said + QUIET) return;
    this.#said = now;
    const { notices, i18n } = this.context;
    notices.tell(() => i18n.t(why));
  }

  /** Asks how much is stored by now, where that is limited: nobody has asked aloud, so that nothing is said where it fails. */
  async #count(): Promise<void> {
    if (!this.context.config.quota) return;
    const spaces = await spacesOf(this.context.api).catch(() => undefined);
    if (spaces) this.#spaces = spaces;
    this.#quota.show(this.#space.quota);
  }

  async #learn(): Promise<void> {
    const { api, notices, i18n } = this.context;
    try {
      this.#spaces = await spacesOf(api);
      this.element.prepend(this.#nav.element);
      notices.settle('spacesFailed');
    } catch (error) {
      const id = 'spacesFailed';
      notices.fail({ what: id, id, name: '', explain: () => explain(error, i18n.t) });
    }
    this.#go();
  }

  #begin(panel: UploadPanel): void {
    this.#panel = panel;
    this.#surface.append(panel.element);
    this.#name();
    this.#look();
  }

  #uploads(): ConstructorParameters<typeof UploadPanel>[0] {
    const { i18n, notices, engine, way } = this.context;
    return {
      ...{ i18n, notices, engine: new Engine(engine) },
      folder: () => way.address.folder,
      where: () => (this.#space.space ? { space: this.#space.space } : {}),
      rules: () => this.#space,
      pictures: this.#pictures,
      choose: () => this.#unfinished?.choose() ?? false,
      begun: (files) => void this.#begun(files),
      cancelled: (file) => this.#forget(file),
      changed: ({ files, active }) => {
        if (active === 0 && this.#active > 0) this.#taken();
        this.#active = active;
        if (files === 0 && this.#listed) void this.#unfinished?.refresh((folder, name) => this.#going(folder, name));
        this.#listed = files > 0;
      },
      stored: (file, item) => {
        this.#forget(item.file);
        this.#lists.get(item.file.space ?? '')?.stored(file);
      },
      existed: (item) => {
        this.#forget(item.file);
        this.#existed(item.file.space ?? '');
      },
      older: {
        files: this.#files(''),
        deleted: (keys) => this.#list.deleted(keys),
        shared: (stored) => this.#list.shared(stored),
      },
    };
  }

  /** A file is there, or given up: nothing is remembered of it. Small ones never were. */
  #forget(file: SourceFile): void {
    if (file.body.size >= LARGE) void this.#memory.forget(placed(file));
  }

  #going(folder: string, name: string): boolean {
    return this.#panel?.going(folder, name) ?? false;
  }

  /** Looks for what is unfinished in the space that is shown. */
  #look(): void {
    const { i18n, notices } = this.context;
    const { space, write } = this.#space;
    this.#unfinished?.element.remove();
    this.#unfinished = undefined;
    if (!write) return;
    const unfinished = new UnfinishedList({
      ...{ i18n, notices, space, files: this.#files(space), memory: this.#memory },
      store: storageOf('localStorage'),
      folder: () => this.context.way.address.folder,
      again: (files) => this.#panel?.again(files),
      finished: () => void this.#lists.get(space)?.refresh(),
    });
    this.#unfinished = unfinished;
    this.#surface.append(unfinished.element);
    void unfinished.refresh((folder, name) => this.#going(folder, name));
  }

  /** Remembers large files while they are sent, so that they can be told again. */
  async #begun(files: readonly SourceFile[]): Promise<void> {
    for (const file of files) {
      if (file.body.size < LARGE) continue;
      const { size } = file.body;
      const { lastModified } = file;
      const handle = this.#unfinished?.handle(file.body);
      await this.#memory.keep({ ...placed(file), size, lastModified, ...(handle ? { handle } : {}) });
    }
  }

  /** Shows what the address says. */
  #go(): void {
    const list = this.#list;
    if (!list.element.isConnected) {
      this.#place.replaceChildren(list.element);
      if (this.#panel) this.#look();
    }
    list.go();
    this.#quota.show(this.#space.quota);
    this.#name();
  }

  #name(): void {
    const { i18n, way } = this.context;
    const space = this.#space;
    const { folder } = way.address;
    const into = [space.space && spaceTitle(i18n, space), folder].filter(Boolean).join('/');
    this.#title.textContent = into === '' ? i18n.t('uploadTitle') : i18n.t('uploadInto', { folder: into });
    // What may not be written to has no place to drop files; what is on its way elsewhere is still shown.
    this.#upload.hidden = !space.write && !this.busy;
    this.#nav.show(this.#spaces);
    this.#panel?.ruled();
  }
}

/** Where a file goes, as it is remembered. */
function placed({ space = '', folder = '', name }: SourceFile): { space: string; folder: string; name: string } {
  return { space, folder, name };
}
