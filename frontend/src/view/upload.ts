import Uppy from '@uppy/core';
import type { Body, Meta, UppyFile } from '@uppy/core/utils';
import type { SiteConfig } from '../config.ts';
import { type Engine, type Outcome, UploadError } from '../engine/index.ts';
import { type Explanation, explain } from '../explain.ts';
import type { Files, StoredFile } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { placeOfKey } from '../key.ts';
import { SignetUploader, type Totals } from '../uploader.ts';
import { ask } from './dialog.ts';
import type { Catch } from './drop-walk.ts';
import { joined } from './files-address.ts';
import type { Notices } from './notices.ts';
import { Older } from './older.ts';
import type { BulkActions } from './upload-bar.ts';
import { type Item, itemOf, onItsWay } from './upload-model.ts';
import type { ItemActions } from './upload-row.ts';
import { UploadSurface } from './upload-surface.ts';

/** What the upload surface needs from the page. */
export interface UploadContext {
  i18n: I18n;
  config: SiteConfig;
  engine: Engine;
  files: Files;
  notices: Notices;
  /** The folder that is shown, to which files go. */
  folder(): string;
  /** Called when a file has been stored. */
  stored(file: StoredFile): void;
  /** Called when one turned out to be there already. */
  existed(): void;
  /** Called when files were deleted. */
  deleted(keys: string[]): void;
  /** Those of files just stored whose names others may have too. */
  shared(files: StoredFile[]): StoredFile[];
}

/** Uppy would write every failed upload to the console; the notices say it better. */
const silent = { debug: () => {}, warn: () => {}, error: () => {} };

type Listed = UppyFile<Meta, Body>;

/** A file that was not even added. */
interface Refused {
  size?: number | null;
  type?: string;
}

/** Uppy with our uploader, and the surface that shows what it does. */
export class Uploads {
  readonly #uppy: Uppy<Meta, Body>;
  readonly #uploader: SignetUploader<Meta, Body>;
  readonly #surface: UploadSurface;
  /** File → why it failed. */
  readonly #failures = new Map<string, unknown>();
  readonly #older: Older;
  #waiting: string | undefined;

  constructor(private readonly context: UploadContext) {
    const { config, engine, i18n, notices } = context;
    this.#uppy = new Uppy<Meta, Body>({
      autoProceed: true,
      logger: silent,
      onBeforeFileAdded: (file, files) => this.#admit(file, files),
      restrictions: {
        maxFileSize: config.maxObjectSize,
        allowedFileTypes: config.allowedTypes.includes('*/*') ? null : config.allowedTypes,
      },
    });
    const leftBehind = (error: unknown) => notices.fail(i18n.t('uploadNotCleaned'), explain(error, i18n.t));
    this.#uppy.use(SignetUploader<Meta, Body>, { engine, leftBehind });
    this.#uploader = this.#uppy.getPlugin('SignetUploader') as SignetUploader<Meta, Body>;
    this.#surface = new UploadSurface({
      i18n,
      types: config.allowedTypes,
      maxSize: config.maxObjectSize,
      add: (files) => this.#add(files),
      items: () => this.#items(),
      totals: () => this.#uploader.totals(),
      drawn: (totals) => this.#drawn(totals),
      actions: this.#actions(),
    });
    this.#older = new Older({ ...context, changed: () => this.#surface.changed() });
    this.#announce();
    this.#uppy.on('state-update', () => this.#surface.changed());
    this.#uppy.on('upload-progress', () => this.#surface.changed());
  }

  get element(): HTMLElement {
    return this.#surface.element;
  }

  /** Uploads on their way. */
  get active(): number {
    return this.#uploader.active;
  }

  #add({ files, empty, unreadable }: Catch): void {
    const { i18n, notices, folder } = this.context;
    const { t } = i18n;
    this.#uppy.addFiles(
      files.map(({ file, path }) => ({
        source: 'signet',
        name: file.name,
        type: file.type,
        data: file,
        meta: { relativePath: joined(folder(), path || file.name) },
      })),
    );
    if (empty.length > 0) notices.note(t('dropEmpty', { names: empty.map((name) => name || t('folder')).join(', ') }));
    for (const { path, error } of unreadable) {
      const detail = error instanceof Error ? error.message : String(error);
      notices.fail(t('dropUnreadable', { name: path }), { detail, advice: t('adviceUnreadable'), code: '' });
    }
  }

  /**
   * Uppy knows files by what they look like. One that looks like another may be another all the same, so it gets a row of its
   * own, and the engine compares. Only a row that is done with is taken again: its file may have been deleted meanwhile.
   */
  #admit(file: Listed, files: Record<string, Listed>): boolean | Listed {
    const there = files[file.id];
    if (!there || (there === this.#uppy.getFile(file.id) && this.#ended(file.id))) return true;
    let n = 2;
    while (`${file.id}-${n}` in files) n++;
    return { ...file, id: `${file.id}-${n}` };
  }

  #items(): Item[] {
    return this.#uppy.getFiles().map((file) => {
      const failure = this.#failures.get(file.id);
      const advice = failure === undefined ? '' : explain(failure, this.context.i18n.t).advice;
      return itemOf(file, this.#uploader.progress(file.id), advice, this.#older.of(file.id));
    });
  }

  /** Whether a file on the list is up or given up, so that it may be chosen and sent again: it may have been deleted meanwhile. */
  #ended(id: string): boolean {
    const file = this.#uppy.getFile(id);
    return !this.#uploader.progress(id) && Boolean(file?.progress.uploadComplete || file?.error);
  }

  /** Says once why everything has come to a stand. */
  #drawn({ waiting }: Totals): void {
    if (waiting && waiting !== this.#waiting) this.context.notices.say(this.context.i18n.t(waiting));
    this.#waiting = waiting;
  }

  #actions(): ItemActions & BulkActions {
    const uppy = this.#uppy;
    const toggle = ({ id }: Item) => void uppy.pauseResume(id);
    return {
      pause: toggle,
      resume: toggle,
      // Uppy tells of the end of all batches but this one.
      retry: ({ id }) => void uppy.retryUpload(id).then((result) => this.#succeeded(result?.successful)),
      remove: (item) => void this.#remove(item),
      dropOlder: (item) => void this.#older.drop(item),
      pauseAll: () => uppy.pauseAll(),
      resumeAll: () => this.#resumeAll(),
      retryAll: () => void uppy.retryAll(),
      clear: () => void this.#clear(),
    };
  }

  /** Uppy's own resumeAll takes the errors of failed files away without sending them again. */
  #resumeAll(): void {
    const items = this.#items();
    if (items.some(({ status }) => status === 'failed')) {
      for (const { id, status } of items) if (status === 'paused') this.#uppy.pauseResume(id);
    } else {
      this.#uppy.resumeAll();
    }
  }

  async #remove(item: Item): Promise<void> {
    const { t } = this.context.i18n;
    const { name } = item;
    const question = {
      title: t('cancelTitle'),
      text: t('cancelText', { name }),
      yes: t('cancelYes'),
      no: t('cancelNo'),
    };
    if (losesParts(item) && !(await ask(question))) return;
    const ids = this.#uppy.getFiles().map(({ id }) => id);
    const at = ids.indexOf(item.id);
    if (at < 0) return;
    this.#uppy.removeFile(item.id);
    this.#surface.focus(ids[at + 1] ?? ids[at - 1]);
  }

  async #clear(): Promise<void> {
    const { t } = this.context.i18n;
    const question = { title: t('cancelTitle'), text: t('cancelAllText'), yes: t('cancelYes'), no: t('cancelNo') };
    if (this.#items().some(losesParts) && !(await ask(question))) return;
    this.#uppy.cancelAll();
    this.#surface.focus(undefined);
  }

  #announce(): void {
    const { i18n, notices, config } = this.context;
    const { t } = i18n;
    const uppy = this.#uppy;
    uppy.on('upload-success', (file, { body }) => this.#stored(file, body));
    uppy.on('complete', ({ successful }) => this.#succeeded(successful));
    uppy.on('file-removed', ({ id }) => {
      this.#failures.delete(id);
      this.#older.forget(id);
    });
    uppy.on('upload-error', (file, error) => {
      const failure = reason(error);
      if (file) this.#failures.set(file.id, failure);
      notices.fail(t('uploadFailed', { name: file?.name ?? '' }), explain(failure, t));
    });
    uppy.on('restriction-failed', (file) => {
      notices.fail(t('uploadFailed', { name: file?.name ?? '' }), refusal(file ?? {}, config, i18n));
    });
  }

  /** Uppy has not yet put what came out into the file. */
  #stored(file: Listed | undefined, outcome: unknown): void {
    const stored = file && storedFile(file, outcome);
    if (stored) this.context.stored(stored);
    else this.context.existed();
  }

  #succeeded(files: readonly Listed[] = []): void {
    const { notices, i18n } = this.context;
    const [first] = files;
    if (!first) return;
    void this.#older.look(files.map((file) => ({ id: file.id, stored: storedFile(file, file.response?.body) })));
    const { existed } = (first.response?.body ?? {}) as Partial<Outcome>;
    const name = first.name ?? '';
    if (files.length > 1) notices.say(i18n.t('uploadsDone', { count: files.length }));
    else notices.say(i18n.t(existed ? 'uploadExisted' : 'uploadDone', { name }));
  }
}

/** A file that was sent, as "my files" lists it; undefined where it was there already. */
function storedFile(file: Listed, outcome: unknown): StoredFile | undefined {
  const { key, existed } = (outcome ?? {}) as Partial<Outcome>;
  if (!key || existed) return undefined;
  const path = String(file.meta.relativePath ?? '');
  const place = placeOfKey(key, path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  return { key, ...place, size: file.size ?? 0, modified: new Date().toISOString() };
}

/** Whether stopping an upload throws away what S3 holds of it. */
function losesParts(item: Item): boolean {
  return onItsWay(item) && (item.progress.parts?.stored.size ?? 0) > 0;
}

/** Why a file was not even added. */
function refusal({ size, type }: Refused, config: SiteConfig, i18n: I18n): Explanation {
  const { t } = i18n;
  if ((size ?? 0) > config.maxObjectSize) {
    const values = { size: i18n.bytes(size ?? 0), max: i18n.bytes(config.maxObjectSize) };
    return { detail: t('fileTooLarge', values), advice: t('adviceTooLarge'), code: 'EntityTooLarge' };
  }
  const values = { type: type || '?', allowed: config.allowedTypes.join(', ') };
  return { detail: t('fileTypeRefused', values), advice: t('adviceType'), code: 'TypeForbidden' };
}

/** The engine's error inside what Uppy was told. */
function reason(error: { message: string; cause?: unknown }): unknown {
  return error.cause instanceof UploadError ? error.cause : error;
}
