import { explain } from '../explain.ts';
import type { FileVersion, StoredFile } from '../files.ts';
import { openDialog } from './dialog.ts';
import { el } from './dom.ts';
import { type FilesContext, failed } from './files-context.ts';

/** Shows the versions of a file's name: those of every object that has it, or had it. Resolves when the dialog is closed, with whether one was restored. Rejects when they cannot be listed. */
export async function openVersions(context: FilesContext, file: StoredFile): Promise<boolean> {
  const { t } = context.i18n;
  const versions = await context.files.versions(file.key);
  // Of several objects of one name the newest is meant.
  const current = versions.find(({ latest, deleted }) => latest && !deleted);
  const items = versions.map((version) => item(context, file, version, version === current, restore));
  const dialog = openDialog(
    t('versionsNamed', { name: file.name }),
    el('ul', { class: 'versions' }, ...items),
    el(
      'div',
      { class: 'dialog-actions' },
      el('button', { class: 'button', type: 'button', autofocus: true, onclick: () => dialog.close() }, t('close')),
    ),
  );

  async function restore({ key, versionId }: FileVersion): Promise<void> {
    try {
      await context.files.restore(key, versionId);
      context.notices.settle(failed('restoreFailed', file).id);
      context.notices.say(() => t('restored', { name: file.name }));
      dialog.close('restored');
    } catch (error) {
      dialog.close();
      context.notices.fail({ ...failed('restoreFailed', file), explain: () => explain(error, t) });
    }
  }
  return (await dialog.closed) === 'restored';
}

function item(
  { i18n, files, notices, save }: FilesContext,
  file: StoredFile,
  version: FileVersion,
  current: boolean,
  restore: (version: FileVersion) => Promise<void>,
): HTMLElement {
  const { t } = i18n;
  const time = i18n.time(version.modified);
  const download = async () => {
    try {
      await save(await files.url(version.key, version.versionId));
      notices.settle(failed('downloadFailed', file).id);
    } catch (error) {
      notices.fail({ ...failed('downloadFailed', file), explain: () => explain(error, t) });
    }
  };
  const button = (text: string, label: string, act: () => Promise<void>) =>
    el(
      'button',
      { class: 'button button-quiet', type: 'button', 'aria-label': label, onclick: () => void act() },
      text,
    );
  return el(
    'li',
    { class: 'version' },
    el('time', { class: 'version-time', datetime: version.modified }, time),
    el('span', { class: 'version-size' }, version.deleted ? t('versionDeleted') : i18n.bytes(version.size)),
    current && el('span', { class: 'badge' }, t('versionCurrent')),
    el(
      'span',
      { class: 'version-actions' },
      !version.deleted && button(t('download'), t('versionDownload', { time }), download),
      !version.deleted && !version.latest && button(t('restore'), t('restoreNamed', { time }), () => restore(version)),
    ),
  );
}
