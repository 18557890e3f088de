import { explain } from '../explain.ts';
import type { Key } from '../i18n/index.ts';
import { placeOfKey } from '../key.ts';
import { confirmDelete } from './dialog.ts';
import { type FilesContext, failed } from './files-context.ts';
import type { Place, Row } from './files-model.ts';
import type { FilesReaders } from './files-readers.ts';
import type { RowActions } from './files-row.ts';

/** What the actions need of the list. */
export interface ListHandle {
  /** Of what is shown at that moment. */
  readers(): FilesReaders;
  /** The rows as they are shown, for "next" and "previous". */
  rows(): readonly Row[];
  /** Hears of files that are no longer there. */
  deleted(keys: readonly string[]): void;
  /** Hears of a file that is somewhere else, or is called something else, now. */
  moved(row: Row, to: Place): void;
}

/** What the rows of a list lead to. */
export function rowActions(context: FilesContext, list: ListHandle): RowActions {
  const { i18n, files, notices } = context;
  const attempt = async (act: (row: Row) => Promise<void>, what: Key, row: Row) => {
    try {
      await act(row);
      notices.settle(failed(what, row).id);
    } catch (error) {
      notices.fail({ ...failed(what, row), explain: () => explain(error, i18n.t) });
    }
  };

  async function open(row: Row): Promise<void> {
    if (context.opens?.(row)) return;
    const { openPreview } = await import('./preview.ts');
    await openPreview(context, list.rows(), row, (one) => attempt(download, 'downloadFailed', one));
  }

  async function download(row: Row): Promise<void> {
    const url = await files.url(row.key);
    await context.save(url).catch(async (error) => {
      // An address is signed for a file that is gone as well: this tells.
      await files.uploader(row.key);
      throw error;
    });
  }

  async function versions(row: Row): Promise<void> {
    const { openVersions } = await import('./versions.ts');
    if (await openVersions(context, row)) await list.readers().refresh();
  }

  async function rename(row: Row): Promise<void> {
    const { askName } = await import('./files-rename.ts');
    const shown = list.readers();
    const asked = await askName(i18n, row.name);
    if (asked === undefined || asked === row.name) return;
    const key = await files.move(row.key, { name: asked });
    // The service cuts what is too long, and leaves out what no name may hold.
    const { folder, name } = placeOfKey(key, row.folder);
    shown.move(new Map([[row.key, { key, folder, name }]]));
    list.moved(row, { key, folder, name });
    notices.say(() => i18n.t('renamed', { name }));
  }

  async function remove(row: Row): Promise<void> {
    const { key, name } = row;
    const shown = list.readers();
    if (!(await confirmDelete(i18n, name))) return;
    await files.delete(key);
    list.deleted([key]);
    shown.mark([key], true);
    notices.say(() => i18n.t('deleted', { name }));
  }

  async function restore({ key, name, versionId }: Row): Promise<void> {
    const shown = list.readers();
    if (versionId) await files.restore(key, versionId);
    else await files.undelete(key);
    shown.mark([key], false);
    notices.say(() => i18n.t('restored', { name }));
    await shown.refresh();
  }

  return {
    open: (row) => attempt(open, 'previewFailed', row),
    download: (row) => attempt(download, 'downloadFailed', row),
    versions: (row) => attempt(versions, 'versionsFailed', row),
    rename: (row) => attempt(rename, 'renameFailed', row),
    delete: (row) => attempt(remove, 'deleteFailed', row),
    restore: (row) => attempt(restore, 'restoreFailed', row),
  };
}
