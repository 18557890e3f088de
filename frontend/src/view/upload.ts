import { type Engine, type SourceFile, sourceOf } from '../engine/index.ts';
import { explain } from '../explain.ts';
import type { StoredFile } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import type { UploadItem } from '../uploads/item.ts';
import type { Rules } from '../uploads/rules.ts';
import { createUploads, type Uploads, type UploadTotals } from '../uploads/uploads.ts';
import type { Catch } from './drop-walk.ts';
import { openFailure } from './failure.ts';
import type { Notices } from './notices.ts';
import { Older, type OlderContext } from './older.ts';
import type { Pictures } from './pictures.ts';
import { Admission } from './upload-admit.ts';
import { Announcer } from './upload-announce.ts';
import type { BulkActions } from './upload-bar.ts';
import { type Lines, linesOf } from './upload-fold.ts';
import type { FoldActions } from './upload-fold-row.ts';
import { type Item, itemOf, lookOf, storedFile } from './upload-model.ts';
import { Removal } from './upload-removal.ts';
import type { ItemActions } from './upload-row.ts';
import { UploadSurface } from './upload-surface.ts';

/** Files that are let in and begun in one task: thousands in one would hold up the page. */
const SLICE = 500;

/** What the upload surface needs from the page, or the element, that it is in. */
export interface UploadContext {
  i18n: I18n;
  /** What may be uploaded to where files go now. */
  rules(): Rules;
  engine: Engine;
  notices: Notices;
  /** Where files may be dropped and pasted. Default: anywhere on the page. */
  catchOn?: HTMLElement;
  /** The folder that is shown, to which files go. */
  folder(): string;
  /** What goes with every file besides. */
  where?(): Pick<SourceFile, 'space' | 'metadata'>;
  /** Called when a file has been stored. */
  stored(file: StoredFile, item: UploadItem): void;
  /** Called when one turned out to be there already; without a key where the service does not tell it. */
  existed(item: UploadItem): void;
  /** Draws small pictures of files. Default: kinds of files are drawn. */
  pictures?: Pictures;
  /** Called with every change of the list. */
  changed?(totals: UploadTotals): void;
  /** Has files chosen in a way of its own; answers whether it does. */
  choose?(): boolean;
  /** Called with files that begin to be sent. */
  begun?(files: readonly SourceFile[]): void;
  /** Called when one was cancelled, and nothing of it is left. */
  cancelled?(file: SourceFile): void;
  /** What looks for older files of the names of those that were stored. Default: nobody does. */
  older?: Omit<OlderContext, 'i18n' | 'notices' | 'changed'>;
}

/** The list of uploads, the surface that shows it, and what is said of it. */
export class UploadPanel {
  readonly #uploads: Uploads;
  readonly #surface: UploadSurface;
  readonly #older: Older | undefined;
  readonly #announcer: Announcer;
  /** What was known of each file when it was looked at last. */
  #known = new Map<string, UploadItem>();
  /** What was shown last. */
  #lines: Lines = { ids: [] };
  /** Whether the rows of what is folded together are shown. */
  #open = false;
  readonly #removal: Removal;
  /** Files of the batch that is under way which have succeeded, and how many have failed. */
  #batch: { succeeded: UploadItem[]; failed: number } = { succeeded: [], failed: 0 };
  #waiting: string | undefined;
  readonly #admission: Admission;

  constructor(private readonly context: UploadContext) {
    const { engine, i18n, notices } = context;
    this.#uploads = createUploads(engine);
    this.#admission = new Admission(context);
    this.#announcer = new Announcer(i18n, notices);
    this.#surface = new UploadSurface({
      i18n,
      rules: () => context.rules(),
      add: (caught) => void this.#take(caught),
      lines: (narrow) => this.#order(narrow),
      item: (id) => this.#item(id),
      totals: () => this.#uploads.getSnapshot().totals,
      drawn: (totals) => this.#drawn(totals),
      actions: this.#actions(),
      catchOn: context.catchOn,
      choose: () => context.choose?.() ?? false,
    });
    const { older } = context;
    if (older) this.#older = new Older({ ...older, i18n, notices, changed: () => this.#surface.changed() });
    this.#removal = new Removal({
      ...{ i18n, notices, uploads: this.#uploads, older: this.#older },
      shown: () => this.#shown(),
      lines: () => this.#lines.ids,
      focus: (id) => this.#surface.focus(id),
      changed: () => this.#changed(),
      existed: (item) => context.existed(item),
      cancelled: (file) => context.cancelled?.(file),
    });
    this.#uploads.subscribe(() => this.#changed());
  }

  get element(): HTMLElement {
    return this.#surface.element;
  }

  /** Draws small pictures that have come meanwhile. */
  pictured(): void {
    this.#surface.changed();
  }

  /** Says what may be uploaded now, after files go somewhere else. */
  ruled(): void {
    this.#surface.ruled();
  }

  /** Keys of the stored files that are on the list. */
  get keys(): Set<string> {
    return new Set(
      this.#uploads.getSnapshot().items.flatMap(({ state, key }) => (state === 'stored' && key ? [key] : [])),
    );
  }

  /** Takes off what has ended. */
  clear(): void {
    for (const { id, state } of this.#shown()) if (state === 'failed') this.context.notices.settle(id);
    this.#uploads.clear();
  }

  /** Uploads on their way. */
  get active(): number {
    return this.#uploads.getSnapshot().totals.active;
  }

  /** Goes on with files that were begun before, each in its own folder. */
  again(files: readonly { file: File; folder: string }[]): void {
    this.#send(files.map(({ file, folder }) => ({ ...sourceOf(file), folder })));
    this.#announcer.begun(files.map(({ file: { name } }) => name));
  }

  /** Whether a file of that folder and name is under way. */
  going(folder: string, name: string): boolean {
    const same = ({ file }: UploadItem) => (file.folder ?? '') === folder && file.name.normalize('NFC') === name;
    return this.#shown().some((item) => item.state !== 'stored' && same(item));
  }

  /** Lets in what was caught, and begins it: some at once and the others in tasks of their own, all to where the first went. */
  async #take(caught: Catch): Promise<void> {
    const admit = this.#admission.open(caught);
    const where = this.context.where?.();
    const names: string[] = [];
    for (let at = 0; at < caught.files.length; at += SLICE) {
      if (at > 0) await new Promise((go) => setTimeout(go));
      const files = admit(caught.files.slice(at, at + SLICE));
      this.#send(files, where);
      for (const { name } of files) names.push(name);
    }
    this.#announcer.begun(names);
  }

  #send(files: readonly SourceFile[], where = this.context.where?.()): void {
    const sent = files.map((file) => ({ ...where, ...file }));
    this.#again(sent);
    this.#uploads.add(sent);
    this.#changed();
    this.context.begun?.(sent);
  }

  /** Rows that are done with make room for the same file chosen again: it may have been deleted meanwhile. */
  #again(files: readonly UploadItem['file'][]): void {
    const looks = new Set(files.map(lookOf));
    for (const { id, state, file } of this.#uploads.getSnapshot().items) {
      if ((state === 'stored' || state === 'failed') && looks.has(lookOf(file))) this.#removal.clear(id);
    }
  }

  #item(id: string): Item | undefined {
    const upload = this.#known.get(id);
    if (!upload) return undefined;
    const advice = upload.state === 'failed' ? explain(upload.error, this.context.i18n.t).advice : '';
    const { pictures } = this.context;
    // Only rows that are seen are asked for.
    pictures?.want(id, upload.file.body);
    return itemOf(upload, advice, this.#older?.of(id), pictures?.of(id));
  }

  #shown(): UploadItem[] {
    return this.#uploads
      .getSnapshot()
      .items.filter(({ id, state }) => state !== 'cancelled' && !this.#removal.gone(id));
  }

  #order(narrow: boolean): Lines {
    const asks = (id: string) => Boolean(this.#older?.of(id)?.older);
    this.#lines = linesOf(this.#shown(), { narrow, open: this.#open, asks });
    return this.#lines;
  }

  /** Says once why everything has come to a stand. */
  #drawn({ waiting }: UploadTotals): void {
    if (waiting && waiting !== this.#waiting) this.context.notices.tell(() => this.context.i18n.t(waiting));
    this.#waiting = waiting;
  }

  /** Something has moved: what has ended since is told of. */
  #changed(): void {
    const { items, totals } = this.#uploads.getSnapshot();
    const before = this.#known;
    this.#known = new Map(items.map((item) => [item.id, item]));
    for (const item of items) {
      const was = before.get(item.id);
      if (was === item || was?.state === item.state) continue;
      if (was?.state === 'failed') this.context.notices.settle(item.id);
      if (item.state === 'stored') this.#stored(item);
      if (item.state === 'failed') this.#failed(item);
    }
    if (totals.active === 0) this.#batchEnded();
    this.context.changed?.(totals);
    this.#surface.changed();
  }

  #stored(item: UploadItem): void {
    this.#batch.succeeded.push(item);
    if (item.key) this.context.pictures?.stored(item.id, item.key);
    const stored = storedFile(item);
    if (stored) this.context.stored(stored, item);
    else this.context.existed(item);
  }

  #failed({ id, file: { name }, error }: UploadItem): void {
    const { notices, i18n } = this.context;
    this.#batch.failed++;
    notices.fail({ what: 'uploadFailed', id, name, explain: () => explain(error, i18n.t) });
  }

  #batchEnded(): void {
    const { succeeded, failed } = this.#batch;
    this.#batch = { succeeded: [], failed: 0 };
    this.#announcer.failed(failed);
    const { notices, i18n } = this.context;
    const [first] = succeeded;
    if (!first) return;
    void this.#older?.look(succeeded.map((item) => ({ id: item.id, stored: storedFile(item) })));
    const { name } = first.file;
    if (succeeded.length > 1) notices.say(() => i18n.t('uploadsDone', { count: succeeded.length }));
    else notices.say(() => i18n.t(first.existed ? 'uploadExisted' : 'uploadDone', { name }));
  }

  #actions(): ItemActions & BulkActions & FoldActions {
    const uploads = this.#uploads;
    const names = (states: readonly UploadItem['state'][]) =>
      this.#shown().flatMap(({ state, file }) => (states.includes(state) ? [file.name] : []));
    return {
      pause: ({ id, name }) => {
        uploads.pause(id);
        this.#announcer.paused([name]);
      },
      resume: ({ id, name }) => {
        uploads.resume(id);
        this.#announcer.resumed([name]);
      },
      retry: ({ id }) => this.#retry(id),
      remove: (item) => void this.#removal.one(item),
      why: (item) => void this.#why(item),
      dropOlder: (item) => void this.#older?.drop(item),
      pauseAll: () => {
        const moving = names(['queued', 'comparing', 'sending', 'waiting']);
        uploads.pause();
        this.#announcer.paused(moving);
      },
      resumeAll: () => {
        const paused = names(['paused']);
        uploads.resume();
        this.#announcer.resumed(paused);
      },
      retryAll: () => this.#retry(undefined),
      clear: () => void this.#removal.all(),
      fold: () => {
        this.#open = !this.#open;
        this.#surface.changed();
      },
      clearDone: () => this.#removal.done(this.#lines.fold?.ids ?? []),
    };
  }

  #retry(id: string | undefined): void {
    this.#uploads.retry(id);
    this.#changed();
  }

  #why({ id, name }: Item): Promise<void> {
    const { i18n, notices } = this.context;
    const upload = this.#known.get(id);
    const explanation = explain(upload?.error, i18n.t);
    return openFailure(i18n, i18n.t('uploadFailed', { name }), explanation, notices.why(explanation));
  }
}
