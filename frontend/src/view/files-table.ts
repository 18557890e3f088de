import type { I18n, Key } from '../i18n/index.ts';
import { el } from './dom.ts';
import { hashOf, joined } from './files-address.ts';
import { type Listing, type Row, visible } from './files-model.ts';
import { icon } from './icons.ts';

/** What can be done with a row. */
export interface RowActions {
  download(row: Row): Promise<void>;
  versions(row: Row): Promise<void>;
  delete(row: Row): Promise<void>;
  restore(row: Row): Promise<void>;
}

/** A button that looks like a link. `focus` names it over redrawings; `label` says more than its text where many look the same. */
export function quietButton(text: string, focus: string, act: () => Promise<void>, label?: string): HTMLElement {
  const attributes = { class: 'button button-quiet', type: 'button', 'data-focus': focus, 'aria-label': label };
  return el('button', { ...attributes, onclick: () => void act() }, text);
}

/** The table of what is visible of a listing of `folder`: folders first. Of deleted files, which come from all folders, the folder is said in the place of the size. */
export function filesTable(i18n: I18n, listing: Listing, folder: string, actions: RowActions): HTMLElement {
  const { folders, rows } = visible(listing);
  const head = (key: Key, name: string) => el('th', { class: `cell-${name}`, scope: 'col' }, i18n.t(key));
  return el(
    'table',
    { class: 'table', 'aria-labelledby': 'files-title' },
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        head('name', 'name'),
        listing.deleted ? head('folder', 'folder') : head('size', 'size'),
        head(listing.deleted ? 'deletedTime' : 'modified', 'time'),
        head('actions', 'actions'),
      ),
    ),
    el(
      'tbody',
      {},
      ...folders.map((name) => folderRow(i18n, name, joined(folder, name))),
      ...rows.map((row) => tableRow(i18n, listing, row, actions)),
    ),
  );
}

function folderRow({ t }: I18n, name: string, folder: string): HTMLElement {
  const href = hashOf({ deleted: false, folder });
  const link = el(
    'a',
    { class: 'folder-link', href, dir: 'auto', 'data-focus': `folder ${href}` },
    icon('folder'),
    name,
  );
  return el(
    'tr',
    { class: 'folder' },
    el('th', { class: 'cell-name', scope: 'row', title: name }, link),
    el('td', { class: 'cell-kind', colspan: '3' }, t('folder')),
  );
}

function tableRow(i18n: I18n, { deleted }: Listing, row: Row, actions: RowActions): HTMLElement {
  const buttons = row.deleted ? [restoreButton(i18n, deleted, row, actions)] : rowButtons(i18n, row, actions);
  return el(
    'tr',
    { class: row.deleted && !deleted ? 'row row-deleted' : 'row', 'data-key': row.key },
    el('th', { class: 'cell-name', scope: 'row', dir: 'auto', title: row.name }, row.name),
    deleted
      ? el('td', { class: 'cell-folder', dir: 'auto', title: row.folder }, row.folder)
      : el('td', { class: 'cell-size' }, i18n.bytes(row.size)),
    el('td', { class: 'cell-time' }, timeOrChange(i18n, deleted, row)),
    el('td', { class: 'cell-actions' }, ...buttons),
  );
}

/** When it was stored or deleted; what has happened to it on this page since says more. */
function timeOrChange(i18n: I18n, deleted: boolean, row: Row): HTMLElement | string {
  if (row.deleted === deleted) return el('time', { datetime: row.modified }, i18n.time(row.modified));
  return i18n.t(row.deleted ? 'deletedRow' : 'restoredRow');
}

function rowButtons({ t }: I18n, row: Row, actions: RowActions): HTMLElement[] {
  const { key, name } = row;
  return [
    quietButton(t('download'), `download ${key}`, () => actions.download(row), t('downloadNamed', { name })),
    quietButton(t('versions'), `versions ${key}`, () => actions.versions(row), t('versionsNamed', { name })),
    quietButton(t('delete'), `row ${key}`, () => actions.delete(row), t('deleteNamed', { name })),
  ];
}

function restoreButton({ t }: I18n, deleted: boolean, row: Row, actions: RowActions): HTMLElement {
  // The same focus name as "delete": whoever deleted by keyboard finds "undo" under the finger.
  const focus = `row ${row.key}`;
  const act = () => actions.restore(row);
  const { name } = row;
  if (deleted) return quietButton(t('restore'), focus, act, t('restoreFileNamed', { name }));
  return quietButton(t('undo'), focus, act, t('undoNamed', { name }));
}
