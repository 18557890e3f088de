import { explain } from '../explain.ts';
import type { Key } from '../i18n/index.ts';
import { confirmDelete } from './dialog.ts';
import { type FilesContext, failed } from './files-context.ts';
import type { Row } from './files-model.ts';
import type { FilesReader } from './files-reader.ts';
import type { RowActions } from './files-table.ts';
import { openVersions } from './versions.ts';

/** What the rows of a list lead to. `reader` is of the list that is shown at that moment; `deleted` hears of what is no longer there. */
export function rowActions(
  context: FilesContext,
  reader: () => FilesReader,
  deleted: (key: string) => void,
): RowActions {
  const { i18n, files, notices } = context;
  const attempt = async (act: (row: Row) => Promise<void>, what: Key, row: Row) => {
    try {
      await act(row);
      notices.settle(failed(what, row).id);
    } catch (error) {
      notices.fail({ ...failed(what, row), explain: () => explain(error, i18n.t) });
    }
  };

  async function download(row: Row): Promise<void> {
    context.save(await files.url(row.key));
  }

  async function versions(row: Row): Promise<void> {
    if (await openVersions(context, row)) await reader().refresh();
  }

  async function remove(row: Row): Promise<void> {
    const { key, name } = row;
    const shown = reader();
    if (!(await confirmDelete(i18n, name))) return;
    await files.delete(key);
    deleted(key);
    shown.mark(key, true);
    notices.say(() => i18n.t('deleted', { name }));
  }

  async function restore({ key, name, versionId }: Row): Promise<void> {
    const shown = reader();
    if (versionId) await files.restore(key, versionId);
    else await files.undelete(key);
    shown.mark(key, false);
    notices.say(() => i18n.t('restored', { name }));
    await shown.refresh();
  }

  return {
    download: (row) => attempt(download, 'downloadFailed', row),
    versions: (row) => attempt(versions, 'versionsFailed', row),
    delete: (row) => attempt(remove, 'deleteFailed', row),
    restore: (row) => attempt(restore, 'restoreFailed', row),
  };
}
