import type { I18n } from '../i18n/index.ts';
import { el, rootOfDialogs } from './dom.ts';

/** A dialog that is open. */
export interface Dialog {
  readonly element: HTMLDialogElement;
  /** Says something else in its title. */
  title(text: string): void;
  close(value?: string): void;
  /** Resolves when it is closed, with its return value. */
  readonly closed: Promise<string>;
}

/** Opens a modal dialog titled `title`. Escape closes it; the focus goes back to where it was. */
export function openDialog(title: string, ...content: HTMLElement[]): Dialog {
  const id = `dialog-title-${crypto.randomUUID()}`;
  const head = el('h2', { class: 'dialog-title', id, dir: 'auto' }, title);
  const element = el('dialog', { class: 'dialog', 'aria-labelledby': id }, head, ...content);
  const closed = new Promise<string>((resolve) => {
    element.addEventListener('close', () => {
      element.remove();
      resolve(element.returnValue);
    });
  });
  rootOfDialogs().appendChild(element);
  element.showModal();
  return {
    element,
    title: (text) => {
      head.textContent = text;
    },
    close: (value) => element.close(value),
    closed,
  };
}

/** Closes all dialogs of the page, without an answer: what they ask about is not shown any more. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog.dialog')) dialog.close();
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
