import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';

/** Opens a modal dialog titled `title`. Escape closes it; the focus goes back to where it was. Resolves when it is closed, with its return value. */
export function openDialog(
  title: string,
  ...content: HTMLElement[]
): { close(value?: string): void; closed: Promise<string> } {
  const id = `dialog-title-${crypto.randomUUID()}`;
  const dialog = el(
    'dialog',
    { class: 'dialog', 'aria-labelledby': id },
    el('h2', { class: 'dialog-title', id }, title),
    ...content,
  );
  const closed = new Promise<string>((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
  document.body.append(dialog);
  dialog.showModal();
  return { close: (value) => dialog.close(value), closed };
}

/** Asks before something is deleted. Cancel has the focus, so that Enter alone deletes nothing. */
export async function confirmDelete(i18n: I18n, name: string): Promise<boolean> {
  const { t } = i18n;
  const dialog = openDialog(
    t('deleteTitle'),
    el('p', {}, t('deleteText', { name })),
    el(
      'div',
      { class: 'dialog-actions' },
      el('button', { class: 'button', type: 'button', autofocus: true, onclick: () => dialog.close() }, t('cancel')),
      el(
        'button',
        { class: 'button button-danger', type: 'button', onclick: () => dialog.close('delete') },
        t('delete'),
      ),
    ),
  );
  return (await dialog.closed) === 'delete';
}
