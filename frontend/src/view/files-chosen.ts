import type { Key } from '../i18n/index.ts';
import type { BarAction } from './files-bar.ts';
import type { FilesContext } from './files-context.ts';
import { type Entry, filesOf, foldersOf } from './files-entry.ts';
import type { ManyActions } from './files-many.ts';
import { type RowActions, rightsOf } from './files-row.ts';

/** What can be done with lines that are chosen. */
export function chosenActions(
  { i18n, space, selected }: FilesContext,
  entries: readonly Entry[],
  many: ManyActions,
  one: RowActions,
): BarAction[] {
  const { t } = i18n;
  const rows = filesOf(entries);
  const folders = foldersOf(entries).map(({ folder }) => folder);
  const act = (name: 'download' | 'move' | 'delete' | 'restore', label: Key): BarAction => ({
    name,
    label: t(label),
    act: () => many[name](entries),
  });
  const deletes = rows.every((row) => rightsOf(space, row).delete) && (folders.length === 0 || space.delete);
  const moves = deletes && space.write;
  if (rows.some(({ deleted }) => deleted)) return deletes ? [act('restore', 'restore')] : [];
  const others = selected
    .filter(({ fits }) => fits?.(rows, folders) ?? true)
    .map(({ label, act }) => ({ name: label, label: t(label), act: () => act(rows, folders) }));
  const [row] = rows;
  const rename = { name: 'rename', label: t('rename'), act: () => row && one.rename(row) };
  return [
    act('download', 'download'),
    ...(moves ? [act('move', 'moveFiles')] : []),
    // On a phone there is no room for it in the row.
    ...(entries.length === 1 && row && moves ? [rename] : []),
    ...others,
    ...(deletes ? [act('delete', 'delete')] : []),
  ];
}
