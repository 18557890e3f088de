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

/** A question with two answers. */
export interface Question {
  title: string;
  text: string;
  /** The answer that does it. */
  yes: string;
  /** The answer that changes nothing. It has the focus, so that Enter alone does no harm. */
  no: string;
}

/** Asks before something is lost. */
export async function ask({ title, text, yes, no }: Question): Promise<boolean> {
  const button = (kind: string, name: string, value: string, focus: boolean) => {
    const attributes = { class: kind, type: 'button', autofocus: focus, onclick: () => dialog.close(value) };
    return el('button', attributes, name);
  };
  const dialog = openDialog(
    title,
    el('p', {}, text),
    el(
      'div',
      { class: 'dialog-actions' },
      button('button', no, 'no', true),
      button('button button-danger', yes, 'yes', false),
    ),
  );
  return (await dialog.closed) === 'yes';
}

/** Asks before a file is deleted. */
export function confirmDelete({ t }: I18n, name: string): Promise<boolean> {
  return ask({ title: t('deleteTitle'), text: t('deleteText', { name }), yes: t('delete'), no: t('cancel') });
}
