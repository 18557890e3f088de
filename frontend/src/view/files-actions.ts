import { explain } from '../explain.ts';
import type { Key } from '../i18n/index.ts';
import { confirmDelete } from './dialog.ts';
import { type FilesContext, failed } from './files-context.ts';
import type { Row } from './files-model.ts';
import type { FilesReader } from './files-reader.ts';
import type { RowActions } from './files-row.ts';

/** What the actions need of the list. */
export interface ListHandle {
  /** Of the list that is shown at that moment. */
  reader(): FilesReader;
  /** The rows as they are shown, for "next" and "previous". */
  rows(): readonly Row[];
  /** Hears of files that are no longer there. */
  deleted(keys: readonly string[]): void;
  /** Hears of a file that is somewhere else, or is called something else, now. */
  moved(row: Row, to: { key: string; folder: string; name: string }): void;
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
    await context.save(await files.url(row.key));
  }

  async function versions(row: Row): Promise<void> {
    const { openVersions } = await import('./versions.ts');
    if (await openVersions(context, row)) await list.reader().refresh();
  }

  async function rename(row: Row): Promise<void> {
    const { askName } = await import('./files-rename.ts');
    const name = await askName(i18n, row.name);
    if (name === undefined || name === row.name) return;
    const key = await files.move(row.key, { name });
    list.moved(row, { key, folder: row.folder, name });
    notices.say(() => i18n.t('renamed', { name }));
  }

  async function remove(row: Row): Promise<void> {
    const { key, name } = row;
    const shown = list.reader();
    if (!(await confirmDelete(i18n, name))) return;
    await files.delete(key);
    list.deleted([key]);
    shown.mark([key], true);
    notices.say(() => i18n.t('deleted', { name }));
  }

  async function restore({ key, name, versionId }: Row): Promise<void> {
    const shown = list.reader();
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
