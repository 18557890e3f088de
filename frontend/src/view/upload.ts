import Uppy from '@uppy/core';
import type { Body, Meta, UppyFile } from '@uppy/core/utils';
import type { SiteConfig } from '../config.ts';
import { type Engine, type Outcome, UploadError } from '../engine/index.ts';
import { type Explanation, explain } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import { SignetUploader, type Totals } from '../uploader.ts';
import { ask } from './dialog.ts';
import type { Found } from './drop.ts';
import type { Notices } from './notices.ts';
import type { BulkActions } from './upload-bar.ts';
import { type Item, itemOf, onItsWay } from './upload-model.ts';
import type { ItemActions } from './upload-row.ts';
import { UploadSurface } from './upload-surface.ts';

/** What the upload surface needs from the page. */
export interface UploadContext {
  i18n: I18n;
  config: SiteConfig;
  engine: Engine;
  notices: Notices;
  /** Called when something has been stored. */
  stored(): void;
}

/** Uppy would write every failed upload to the console; the notices say it better. */
const silent = { debug: () => {}, warn: () => {}, error: () => {} };

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
  #waiting: string | undefined;

  constructor(private readonly context: UploadContext) {
    const { config, engine, i18n, notices } = context;
    this.#uppy = new Uppy<Meta, Body>({
      autoProceed: true,
      logger: silent,
      onBeforeFileAdded: (file, files) => !(file.id in files) || this.#ended(file.id),
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

  #add(files: readonly Found[]): void {
    this.#uppy.addFiles(
      files.map((data) => ({
        source: 'signet',
        name: data.name,
        type: data.type,
        data,
        meta: { relativePath: data.relativePath || data.webkitRelativePath || null },
      })),
    );
  }

  #items(): Item[] {
    return this.#uppy.getFiles().map((file) => {
      const failure = this.#failures.get(file.id);
      const advice = failure === undefined ? '' : explain(failure, this.context.i18n.t).advice;
      return itemOf(file, this.#uploader.progress(file.id), advice);
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
    const { i18n, notices, stored, config } = this.context;
    const { t } = i18n;
    const uppy = this.#uppy;
    uppy.on('upload-success', stored);
    uppy.on('complete', ({ successful }) => this.#succeeded(successful));
    uppy.on('file-removed', ({ id }) => void this.#failures.delete(id));
    uppy.on('upload-error', (file, error) => {
      const failure = reason(error);
      if (file) this.#failures.set(file.id, failure);
      notices.fail(t('uploadFailed', { name: file?.name ?? '' }), explain(failure, t));
    });
    uppy.on('restriction-failed', (file, error) => {
      const name = file?.name ?? '';
      const { isUserFacing } = error as { isUserFacing?: boolean };
      if (isUserFacing === false) notices.say(t('fileOnList', { name }));
      else notices.fail(t('uploadFailed', { name }), refusal(file ?? {}, config, i18n));
    });
  }

  #succeeded(files: readonly UppyFile<Meta, Body>[] = []): void {
    const { notices, i18n } = this.context;
    const [first] = files;
    if (!first) return;
    const { existed } = (first.response?.body ?? {}) as Partial<Outcome>;
    const name = first.name ?? '';
    if (files.length > 1) notices.say(i18n.t('uploadsDone', { count: files.length }));
    else notices.say(i18n.t(existed ? 'uploadExisted' : 'uploadDone', { name }));
  }
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
