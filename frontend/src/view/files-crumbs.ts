import { el } from './dom.ts';
import { within } from './files-address.ts';
import type { FilesContext } from './files-context.ts';
import { placeLink } from './place-link.ts';

/** The way to a folder, each step a link but the last; nothing at the root. */
export function crumbs(context: FilesContext, folder: string): HTMLElement | undefined {
  const { i18n, way, root, space } = context;
  const { t } = i18n;
  const inside = within(root.folder, folder);
  if (inside.length === 0) return undefined;
  const steps = [{ name: root.title(), folder: root.folder }, ...inside];
  const step = (at: { name: string; folder: string }) => {
    const here = at.folder === folder;
    const address = { space: space.space, deleted: false, folder: at.folder };
    const name = here
      ? el('span', { 'aria-current': 'page', dir: 'auto' }, at.name)
      : placeLink(way, address, { class: 'crumb-link', dir: 'auto' }, at.name);
    // What is dragged onto a step goes there.
    return el('li', { class: 'crumb', 'data-folder': here ? undefined : at.folder }, name);
  };
  return el('nav', { class: 'crumbs', 'aria-label': t('folderTrail') }, el('ol', {}, ...steps.map(step)));
}
