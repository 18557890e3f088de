import { explain } from '../explain.ts';
import type { Refusal, StoredFile } from '../files.ts';
import type { Key } from '../i18n/index.ts';
import { placeOfKey } from '../key.ts';
import { ask } from './dialog.ts';
import { joined } from './files-address.ts';
import type { FilesContext } from './files-context.ts';
import { type Entry, type FolderEntry, filesOf, foldersOf, nameOf } from './files-entry.ts';
import type { Place } from './files-model.ts';
import type { FilesReaders } from './files-readers.ts';
import { told } from './many-progress.ts';
import { staying } from './stay.ts';

/** Moves that are under way at once. */
const ABREAST = 4;

/** What the actions need of the list. */
export interface ManyHandle {
  readers(): FilesReaders;
  /** The folder that is shown. */
  folder(): string;
  /** Hears of files that are no longer where they were. */
  gone(keys: readonly string[]): void;
  /** Hears of a file that is somewhere else now. */
  moved(file: StoredFile, to: Place): void;
  /** Called when what was chosen has been dealt with. */
  done(): void;
}

/** What can be done with several files and folders at once. */
export interface ManyActions {
  download(entries: readonly Entry[]): Promise<void>;
  /** Asks where to. */
  move(entries: readonly Entry[]): Promise<void>;
  /** Moves into a folder that is known already. */
  moveTo(entries: readonly Entry[], folder: string): Promise<void>;
  delete(entries: readonly Entry[]): Promise<void>;
  restore(entries: readonly Entry[]): Promise<void>;
}

/** Something to do with several files: each is answered for itself. */
interface Many {
  failure: Key;
  /** What is said of those with which it was done. */
  success(count: number): string;
  act(files: readonly StoredFile[]): Promise<Refusal[]>;
}

/** What can be done with several files and folders of a list. */
export function manyActions(context: FilesContext, list: ManyHandle): ManyActions {
  const { i18n, files, notices } = context;
  const { t } = i18n;

  /** Does it, tells of each file that it could not be done with, and of how many it could. Answers these. */
  async function run(all: readonly StoredFile[], { failure, success, act }: Many): Promise<StoredFile[]> {
    if (all.length === 0) return [];
    const refused = await staying(() => act(all)).catch((error: unknown) => all.map(({ key }) => ({ key, error })));
    const why = new Map(refused.map(({ key, error }) => [key, error]));
    for (const { key, name } of all) {
      const error = why.get(key);
      const id = `${failure} ${key}`;
      if (error === undefined) notices.settle(id);
      else notices.fail({ what: failure, id, name, explain: () => explain(error, t) });
    }
    const done = all.filter(({ key }) => !why.has(key));
    if (done.length > 0) notices.say(() => success(done.length));
    return done;
  }

  /** Files in folders, and in all below them. */
  async function within(folders: readonly FolderEntry[]): Promise<StoredFile[]> {
    const all: StoredFile[] = [];
    for (const { folder } of folders) for await (const some of files.below(folder)) all.push(...some);
    return all;
  }

  /** The same, or undefined where a folder could not be read: that has been told then. */
  async function readable(folders: readonly FolderEntry[], failure: Key): Promise<StoredFile[] | undefined> {
    try {
      return await within(folders);
    } catch (error) {
      const name = folders.map(nameOf).join(', ');
      notices.fail({ what: failure, id: `${failure} ${name}`, name, explain: () => explain(error, t) });
      return undefined;
    }
  }

  async function download(entries: readonly Entry[]): Promise<void> {
    const { downloadArchive } = await import('../archive/download.ts');
    await downloadArchive(context, list.folder(), entries);
    list.done();
  }

  async function remove(entries: readonly Entry[]): Promise<void> {
    const shown = list.readers();
    const folders = foldersOf(entries);
    const inside = await readable(folders, 'removeFailed');
    if (!inside) return;
    const here = filesOf(entries).filter(({ deleted }) => !deleted);
    const all = [...here, ...inside];
    const text = t(folders.length > 0 ? 'deleteFoldersText' : 'deleteManyText', { count: all.length });
    const title = t('deleteManyTitle', { count: all.length });
    if (!(await ask({ title, text, yes: t('delete'), no: t('cancel') }))) return;
    const done = await run(all, {
      failure: 'removeFailed',
      success: (count) => t('deletedMany', { count }),
      act: (some) => files.deleteAll(some.map(({ key }) => key)),
    });
    finish(shown, done, here, folders, inside, (keys) => shown.mark(keys, true));
  }

  async function move(entries: readonly Entry[]): Promise<void> {
    const { askFolder } = await import('./files-move.ts');
    const taken = foldersOf(entries).map(({ folder }) => folder);
    const folder = await askFolder(context, list.folder(), taken);
    if (folder !== undefined) await moveTo(entries, folder);
  }

  async function moveTo(entries: readonly Entry[], to: string): Promise<void> {
    const shown = list.readers();
    // A folder does not go into itself, and what is there already stays.
    const folders = foldersOf(entries).filter(
      ({ folder }) =>
        to !== folder && !to.startsWith(`${folder}/`) && joined(to, folder.split('/').pop() ?? '') !== folder,
    );
    const inside = await readable(folders, 'moveFailed');
    if (!inside) return;
    const here = filesOf(entries).filter(({ deleted, folder }) => !deleted && folder !== to);
    const target = new Map<string, string>(here.map(({ key }) => [key, to]));
    for (const { key, folder } of inside) {
      const moved = folders.find((one) => folder === one.folder || folder.startsWith(`${one.folder}/`));
      const parent = moved ? moved.folder.slice(0, -moved.name.length - 1) : '';
      target.set(key, joined(to, parent ? folder.slice(parent.length + 1) : folder));
    }
    // Where each is now: the service may have cleaned what somebody typed.
    const places = new Map<string, Place>();
    const done = await run([...here, ...inside], {
      failure: 'moveFailed',
      success: (count) => t('movedMany', { count, folder: to === context.root.folder ? context.root.title() : to }),
      act: (some) =>
        told(
          notices,
          (done) => t('movingMany', { done, count: some.length }),
          (moved) =>
            abreast(some, async ({ key }) => {
              const folder = target.get(key) ?? to;
              const now = await files.move(key, { folder }).finally(moved);
              places.set(key, { key: now, ...placeOfKey(now, folder) });
            }),
        ),
    });
    finish(shown, done, here, folders, inside, () => shown.move(places));
    for (const file of done) list.moved(file, places.get(file.key) ?? file);
  }

  /** What was done with files and with folders of the list is shown in it. */
  function finish(
    shown: FilesReaders,
    done: readonly StoredFile[],
    here: readonly StoredFile[],
    folders: readonly FolderEntry[],
    inside: readonly StoredFile[],
    mark: (keys: string[]) => void,
  ): void {
    if (done.length === 0) return;
    const keys = new Set(done.map(({ key }) => key));
    list.gone([...keys]);
    mark(here.map(({ key }) => key).filter((key) => keys.has(key)));
    // A folder is there while something lies in it.
    const left = inside.filter(({ key }) => !keys.has(key)).map(({ folder }) => `${folder}/`);
    const empty = folders.filter(({ folder }) => !left.some((path) => path.startsWith(`${folder}/`)));
    shown.dropFolders(empty.map(({ name }) => name));
    list.done();
  }

  async function restore(entries: readonly Entry[]): Promise<void> {
    const shown = list.readers();
    const rows = filesOf(entries).filter(({ deleted }) => deleted);
    const done = await run(rows, {
      failure: 'restoreFailed',
      success: (count) => t('restoredMany', { count }),
      act: async (some) => {
        const known = some.flatMap(({ key, versionId }) => (versionId ? [{ key, versionId }] : []));
        // Deleted on this page: only a look at its versions tells which one that was.
        const others = some.filter(({ versionId }) => !versionId);
        const refused = await abreast(others, ({ key }) => files.undelete(key));
        return [...(known.length > 0 ? await files.restoreAll(known) : []), ...refused];
      },
    });
    if (done.length === 0) return;
    shown.mark(
      done.map(({ key }) => key),
      false,
    );
    list.done();
    await shown.refresh();
  }

  return { download, move, moveTo, delete: remove, restore };
}

/** Does something with each file, ABREAST at a time; answers with which it could not be done. */
async function abreast(files: readonly StoredFile[], act: (file: StoredFile) => Promise<unknown>): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  const left = [...files].reverse();
  const work = async () => {
    for (let file = left.pop(); file; file = left.pop()) {
      const { key } = file;
      await act(file).catch((error) => refused.push({ key, error }));
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  return refused;
}
