import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';
import { hashOf, trailOf } from './files-address.ts';

/** The way to a folder, each step a link but the last; nothing at the root. */
export function crumbs({ t }: I18n, space: string, root: string, folder: string): HTMLElement | undefined {
  if (folder === '') return undefined;
  const steps = [{ name: root, folder: '' }, ...trailOf(folder)];
  const step = (at: { name: string; folder: string }) => {
    const href = hashOf({ space, deleted: false, folder: at.folder });
    const here = at.folder === folder;
    const name = here
      ? el('span', { 'aria-current': 'page', dir: 'auto' }, at.name)
      : el('a', { href, dir: 'auto', 'data-focus': `crumb ${href}` }, at.name);
    // What is dragged onto a step goes there.
    return el('li', { class: 'crumb', 'data-folder': here ? undefined : at.folder }, name);
  };
  return el('nav', { class: 'crumbs', 'aria-label': t('folderTrail') }, el('ol', {}, ...steps.map(step)));
}
