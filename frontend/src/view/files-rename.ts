import type { I18n } from '../i18n/index.ts';
import { openDialog } from './dialog.ts';
import { el } from './dom.ts';

/** Asks for a file's new name. Undefined: it is to stay as it is. */
export function askName({ t }: I18n, name: string): Promise<string | undefined> {
  return askText({
    title: t('renameTitle', { name }),
    label: t('name'),
    value: name,
    yes: t('rename'),
    no: t('cancel'),
  });
}

/** A question that is answered with a line of text. */
export interface TextQuestion {
  title: string;
  label: string;
  value: string;
  yes: string;
  no: string;
}

/** Asks for a line of text. A name is offered without what stands behind its last dot, for that is seldom to change. Undefined where nothing is to happen. */
export async function askText({ title, label, value, yes, no }: TextQuestion): Promise<string | undefined> {
  const input = el('input', { class: 'field', type: 'text', 'aria-label': label, autocomplete: 'off', required: true });
  input.maxLength = 200;
  input.value = value;
  // A slash would be a folder.
  input.pattern = '[^\\/\\\\]*[^\\s.\\/\\\\][^\\/\\\\]*';
  const form = el(
    'form',
    { method: 'dialog' },
    input,
    el(
      'div',
      { class: 'dialog-actions' },
      el('button', { class: 'button', type: 'button', onclick: () => dialog.close() }, no),
      el('button', { class: 'button button-act', type: 'submit', value: 'yes' }, yes),
    ),
  );
  const dialog = openDialog(title, form);
  input.focus();
  const dot = value.lastIndexOf('.');
  input.setSelectionRange(0, dot > 0 ? dot : value.length);
  return (await dialog.closed) === 'yes' ? input.value.trim() : undefined;
}
