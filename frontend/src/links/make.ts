import { explain } from '../explain.ts';
import { openDialog } from '../view/dialog.ts';
import { el } from '../view/dom.ts';
import { type LinksContext, type MadePass, type PassWish, unending } from './context.ts';
import { say, type Word } from './words.ts';

/** Days that a link holds unless somebody says otherwise. */
const DAYS = 7;

/** Asks how a link for these files, or for all in a folder, is to be, makes it, and shows it once. */
export function shareDialog(
  context: LinksContext,
  space: string,
  keys: readonly string[],
  folder: string,
  name: string,
): Promise<void> {
  const { i18n } = context;
  const what = keys.length > 1 ? say(i18n, 'files', { count: keys.length }) : name;
  const wish: Partial<PassWish> = { do: 'read', ...(keys.length > 0 ? { keys: [...keys] } : { folder }) };
  return makeDialog(context, 'shareTitle', say(i18n, 'shareText', { what }), { ...wish, ...(space ? { space } : {}) });
}

/** Asks how a link by which others upload into a folder is to be, makes it, and shows it once. */
export function askDialog(context: LinksContext, space: string, folder: string): Promise<void> {
  const text = say(context.i18n, 'askText', { folder: folder || say(context.i18n, 'here') });
  return makeDialog(context, 'askTitle', text, { do: 'upload', folder, ...(space ? { space } : {}) });
}

async function makeDialog(context: LinksContext, title: Word, text: string, wish: Partial<PassWish>): Promise<void> {
  const { i18n, api } = context;
  const field = (word: Word, input: HTMLInputElement) =>
    el('label', { class: 'links-field' }, el('span', {}, say(i18n, word)), input);
  const heading = el('input', { class: 'input', maxlength: '60', dir: 'auto' });
  const days = el('input', {
    class: 'input',
    type: 'number',
    min: '1',
    max: '365',
    value: String(DAYS),
    required: true,
  });
  const password = el('input', { class: 'input', type: 'password', autocomplete: 'new-password', maxlength: '60' });
  const most = el('input', { class: 'input', type: 'number', min: '1', max: '10000' });
  const show = el('input', { type: 'checkbox' });
  const problem = el('p', { class: 'links-problem', role: 'alert' });
  const body = el('div', { class: 'links' });
  const submit = async (event: Event) => {
    event.preventDefault();
    problem.textContent = '';
    const asked = {
      ...wish,
      expires: `${days.value}d`,
      ...(heading.value.trim() ? { title: heading.value.trim() } : {}),
      ...(password.value ? { password: password.value.normalize('NFC') } : {}),
      ...(wish.do === 'upload' && most.value ? { files: Number(most.value) } : {}),
      ...(wish.do === 'upload' && show.checked ? { show: true } : {}),
    };
    try {
      const made = await api.call<MadePass>('POST', '/passes', unending(), asked);
      body.replaceChildren(...shown(context, made.body, () => dialog.close()));
    } catch (error) {
      problem.textContent = `${say(i18n, 'failed')}: ${explain(error, i18n.t).detail}`;
    }
  };
  const close = { class: 'button', type: 'button', onclick: () => dialog.close() };
  body.append(
    el('p', {}, text),
    el('p', {}, say(i18n, 'noMail')),
    el(
      'form',
      { class: 'links', onsubmit: (event) => void submit(event) },
      field('title', heading),
      field('days', days),
      field('password', password),
      wish.do === 'upload' && field('most', most),
      wish.do === 'upload' && el('label', { class: 'links-check' }, show, say(i18n, 'show')),
      problem,
      el(
        'div',
        { class: 'dialog-actions' },
        el('button', close, say(i18n, 'close')),
        el('button', { class: 'button button-main', type: 'submit' }, say(i18n, 'make')),
      ),
    ),
  );
  const dialog = openDialog(say(i18n, title), body);
  await dialog.closed;
}

/** The link, this once. */
function shown({ i18n }: LinksContext, { url }: MadePass, done: () => void): HTMLElement[] {
  const address = url.startsWith('/') ? location.origin + url : url;
  const field = el('input', { class: 'input', readonly: true, value: address, 'aria-label': say(i18n, 'link') });
  field.addEventListener('focus', () => field.select());
  const copy = el('button', { class: 'button button-main', type: 'button', autofocus: true }, say(i18n, 'copy'));
  copy.addEventListener('click', () => {
    void navigator.clipboard.writeText(address).then(
      () => {
        copy.textContent = say(i18n, 'copied');
      },
      () => field.select(),
    );
  });
  const close = { class: 'button', type: 'button', onclick: done };
  return [
    field,
    el('p', { role: 'status' }, say(i18n, 'once')),
    el('div', { class: 'dialog-actions' }, el('button', close, say(i18n, 'close')), copy),
  ];
}
