import type { Key } from '../i18n/index.ts';
import { el } from './dom.ts';
import type { FilesContext } from './files-context.ts';
import type { FilesSources } from './files-sources.ts';
import { placeLink } from './place-link.ts';

/** Which files are shown: those that are there, or the deleted ones. */
export function views({ i18n, way, space, root }: FilesContext, shown: boolean): HTMLElement {
  const { t } = i18n;
  const link = (text: Key, deleted: boolean) => {
    const folder = deleted ? '' : root.folder;
    const current = shown === deleted ? 'true' : undefined;
    return placeLink(way, { space: space.space, deleted, folder }, { class: 'view', 'aria-current': current }, t(text));
  };
  return el('nav', { class: 'views', 'aria-label': t('views') }, link('viewFiles', false), link('viewDeleted', true));
}

/** What stands in the place of the table where there is nothing to list; `typed` is what is looked for. */
export function nothing({ i18n, root }: FilesContext, sources: FilesSources, typed: string): HTMLElement {
  const { t } = i18n;
  const { state, deleted, folder, narrowed, listing } = sources;
  const blank = (...parts: (HTMLElement | string)[]) => el('p', { class: 'files-blank' }, ...parts);
  if (state === 'loading') return blank(t('loading'));
  if (state === 'failed') return blank(t(deleted ? 'deletedFailed' : 'filesFailed'));
  if (listing.next !== undefined) return blank(t('filesNotYet'));
  if (narrowed) return blank(el('strong', {}, t('filesNotFound', { text: typed })), el('span', {}, t('searchFurther')));
  if (!deleted && folder !== root.folder) return blank(el('strong', {}, t('folderEmpty')));
  return blank(
    el('strong', {}, t(deleted ? 'deletedEmpty' : 'filesEmpty')),
    el('span', {}, t(deleted ? 'deletedEmptyHint' : 'filesEmptyHint')),
  );
}
