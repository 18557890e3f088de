import { explain } from '../explain.ts';
import type { Files, StoredFile } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { ask } from './dialog.ts';
import type { Notices } from './notices.ts';
import { type Others, othersOf } from './others.ts';
import type { Item } from './upload-model.ts';

/** Files of a batch that are looked at: each costs a call. */
const LOOKS = 20;

/** What it needs from the page. */
export interface OlderContext {
  i18n: I18n;
  files: Files;
  notices: Notices;
  /** Called when more is known of a file. */
  changed(): void;
  /** Called when files were deleted. */
  deleted(keys: string[]): void;
  /** Those of files just stored whose names others may have too. */
  shared(files: StoredFile[]): StoredFile[];
}

/** A file of the upload list; `stored` where it has been sent. */
interface Looked {
  id: string;
  stored: StoredFile | undefined;
}

/** Says of files that are up how many versions of their name there are, and offers to delete the older one where there is one. */
export class Older {
  readonly #others = new Map<string, Others>();

  constructor(private readonly context: OlderContext) {}

  /** What is known of a file of the upload list. */
  of(id: string): Others | undefined {
    return this.#others.get(id);
  }

  forget(id: string): void {
    this.#others.delete(id);
  }

  /** Looks for older files of the names of those that have just been stored, unless it is certain that there are none: a look costs as much as an upload. */
  async look(files: readonly Looked[]): Promise<void> {
    const shared = new Set(this.context.shared(files.flatMap(({ stored }) => stored ?? [])));
    const worth = files.filter(({ stored }) => stored && shared.has(stored));
    for (const { id, stored } of worth.slice(0, LOOKS)) {
      // The file is up, whatever becomes of this.
      const others = stored && (await othersOf(this.context.files, stored.key).catch(() => undefined));
      if (others) this.#others.set(id, others);
      this.context.changed();
    }
  }

  /** Asks, and deletes exactly the file that is shown. */
  async drop({ id, name }: Item): Promise<void> {
    const { i18n, files, notices, changed, deleted } = this.context;
    const { t } = i18n;
    const others = this.#others.get(id);
    if (!others?.older) return;
    const { key, modified, size } = others.older;
    const text = t('olderText', { name, size: i18n.bytes(size), time: i18n.time(modified) });
    if (!(await ask({ title: t('olderTitle'), text, yes: t('delete'), no: t('cancel') }))) return;
    try {
      const [failed] = await files.deleteAll([key]);
      if (failed) throw failed.error;
    } catch (error) {
      return notices.fail(t('deleteFailed', { name }), explain(error, t));
    }
    this.#others.set(id, { versions: others.versions });
    deleted([key]);
    changed();
    notices.say(t('olderDeleted', { name }));
  }
}
