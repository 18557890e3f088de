import { explain } from '../explain.ts';
import { openDialog } from './dialog.ts';
import { el, replace } from './dom.ts';
import { joined, within } from './files-address.ts';
import type { FilesContext } from './files-context.ts';
import { askText } from './files-rename.ts';
import { icon } from './icons.ts';

/** Asks for a folder to move to, beginning at `start`; folders of `taken`, which are to be moved themselves, cannot be gone into. Undefined where nothing is to happen. */
export async function askFolder(
  { i18n, files, root }: FilesContext,
  start: string,
  taken: readonly string[],
): Promise<string | undefined> {
  const { t } = i18n;
  const titled = (folder: string) => (folder === root.folder ? root.title() : folder.split('/').pop()) || '';
  let at = start;
  const place = el('div', { class: 'mover' });
  const yes = el('button', { class: 'button button-act', type: 'button', onclick: () => dialog.close('yes') }, '');
  const dialog = openDialog(
    t('moveTitle'),
    place,
    el(
      'div',
      { class: 'dialog-actions' },
      el('button', { class: 'button mover-new', type: 'button', onclick: () => void create() }, t('newFolder')),
      el('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, t('cancel')),
      yes,
    ),
  );

  const go = async (folder: string) => {
    at = folder;
    yes.textContent = t('moveHere', { folder: titled(folder) });
    draw([], t('loading'));
    try {
      const { folders } = await files.list({ folder, order: 'name', prefix: '' }, 0);
      const open = folders.filter((name) => !taken.includes(joined(folder, name)));
      if (at === folder) draw(open, open.length === 0 ? t('noFolders') : '');
    } catch (error) {
      if (at === folder) draw([], explain(error, t).advice);
    }
  };

  const draw = (folders: readonly string[], note: string) => {
    const step = (name: string, folder: string) =>
      el('button', { class: 'button button-quiet', type: 'button', onclick: () => void go(folder) }, name);
    const above = [{ name: root.title(), folder: root.folder }, ...within(root.folder, at)].slice(0, -1);
    replace(
      place,
      el(
        'p',
        { class: 'mover-place' },
        ...above.flatMap(({ name, folder }) => [step(name, folder), ' / ']),
        titled(at),
      ),
      el(
        'ul',
        { class: 'mover-folders' },
        ...folders.map((name) => {
          const inside = joined(at, name);
          const attributes = { class: 'button button-quiet', type: 'button', 'data-focus': inside };
          return el('li', {}, el('button', { ...attributes, onclick: () => void go(inside) }, icon('folder'), name));
        }),
      ),
      note !== '' && el('p', { class: 'mover-note', role: 'status' }, note),
    );
  };

  async function create(): Promise<void> {
    const name = await askText({
      title: t('newFolder'),
      label: t('name'),
      value: '',
      yes: t('newFolderYes'),
      no: t('cancel'),
    });
    // It comes to be with the first file that is moved there.
    if (name) await go(joined(at, name));
  }

  void go(start);
  return (await dialog.closed) === 'yes' ? at : undefined;
}
