import { type SourceFile, UploadError } from '../engine/index.ts';
import { explain } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';
import type { UploadItem } from '../uploads/item.ts';
import type { Uploads } from '../uploads/uploads.ts';
import { ask } from './dialog.ts';
import type { Notices } from './notices.ts';
import type { Older } from './older.ts';
import type { Item } from './upload-model.ts';

/** What taking files off the list needs of it. */
export interface RemovalContext {
  i18n: I18n;
  notices: Notices;
  uploads: Uploads;
  older: Older | undefined;
  /** All files of the list. */
  shown(): UploadItem[];
  /** What was shown last, in order. */
  lines(): readonly string[];
  /** Puts the focus into a row, else on "choose files". */
  focus(id: string | undefined): void;
  changed(): void;
  /** Hears of one that was finished before it could be cancelled. */
  existed(item: UploadItem): void;
  /** Hears of one of which nothing is left. */
  cancelled(file: SourceFile): void;
}

/** Takes files off the list: what has ended at once, what is on its way when it has been cancelled. */
export class Removal {
  /** Files that are being cancelled: off the list, unless S3 has them in the end. */
  readonly #gone = new Set<string>();

  constructor(private readonly context: RemovalContext) {}

  /** Whether a file is being cancelled. */
  gone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** Asks where something that is stored would be lost. */
  async one({ id, name }: Item): Promise<void> {
    const { i18n, shown, lines, focus } = this.context;
    const upload = shown().find((item) => item.id === id);
    if (upload && losesParts(upload) && !(await agreed(i18n, i18n.t('cancelText', { name })))) return;
    const ids = lines();
    const at = ids.indexOf(id);
    if (at < 0) return;
    this.#drop([id]);
    focus(ids[at + 1] ?? ids[at - 1]);
  }

  /** The same for all files. */
  async all(): Promise<void> {
    const { i18n, shown } = this.context;
    if (shown().some(losesParts) && !(await agreed(i18n, i18n.t('cancelAllText')))) return;
    this.done(shown().map(({ id }) => id));
  }

  /** Takes files off without a question. */
  done(ids: readonly string[]): void {
    this.#drop(ids);
    this.context.focus(undefined);
  }

  /** Forgets one that has ended. */
  clear(id: string): void {
    this.context.notices.settle(id);
    this.context.older?.forget(id);
    this.context.uploads.clear(id);
  }

  #drop(ids: readonly string[]): void {
    const { notices, older, uploads, changed } = this.context;
    const states = new Map(uploads.getSnapshot().items.map(({ id, state }) => [id, state]));
    for (const id of ids) {
      notices.settle(id);
      older?.forget(id);
      const state = states.get(id);
      if (state === 'stored' || state === 'failed') uploads.clear(id);
      else void this.#cancel(id);
    }
    changed();
  }

  async #cancel(id: string): Promise<void> {
    const { uploads, changed, cancelled } = this.context;
    this.#gone.add(id);
    await uploads.cancel(id);
    this.#gone.delete(id);
    const item = uploads.getSnapshot().items.find((one) => one.id === id);
    // S3 may have had it all when it was cancelled: then it is told of, and stays on the list.
    if (item?.state === 'stored') return changed();
    if (item && !item.error) cancelled(item.file);
    if (item?.error) this.#left(item, item.error);
    this.clear(id);
  }

  /** Tells of a cancelled file of which something is there. */
  #left(item: UploadItem, error: unknown): void {
    const { notices, i18n, existed } = this.context;
    const { name } = item.file;
    if (error instanceof UploadError && error.code === 'FinishedFirst') {
      notices.note(() => i18n.t('finishedFirst', { name }));
      existed(item);
      return;
    }
    const told = () => explain(error, i18n.t);
    notices.fail({ what: 'uploadNotCleaned', id: 'uploadNotCleaned', name: '', explain: told });
  }
}

function agreed({ t }: I18n, text: string): Promise<boolean> {
  return ask({ title: t('cancelTitle'), text, yes: t('cancelYes'), no: t('cancelNo') });
}

/** Whether stopping an upload throws away what S3 holds of it. */
function losesParts({ state, parts }: UploadItem): boolean {
  return state !== 'stored' && state !== 'failed' && (parts?.stored.size ?? 0) > 0;
}
