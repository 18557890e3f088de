import { explain } from '../explain.ts';
import type { StoredFile } from '../files.ts';
import type { Key } from '../i18n/index.ts';
import { confirmDelete } from './dialog.ts';
import type { FilesContext } from './files-context.ts';
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
  const fail = (title: Key, { name }: StoredFile) => {
    return (error: unknown) => notices.fail(i18n.t(title, { name }), explain(error, i18n.t));
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
    notices.say(i18n.t('deleted', { name }));
  }

  async function restore({ key, name, versionId }: Row): Promise<void> {
    const shown = reader();
    if (versionId) await files.restore(key, versionId);
    else await files.undelete(key);
    shown.mark(key, false);
    notices.say(i18n.t('restored', { name }));
    await shown.refresh();
  }

  return {
    download: (row) => download(row).catch(fail('downloadFailed', row)),
    versions: (row) => versions(row).catch(fail('versionsFailed', row)),
    delete: (row) => remove(row).catch(fail('deleteFailed', row)),
    restore: (row) => restore(row).catch(fail('restoreFailed', row)),
  };
}
