import type { components } from '../api.d.ts';
import { explain } from '../explain.ts';
import { openDialog } from '../view/dialog.ts';
import { el } from '../view/dom.ts';
import { type LinksContext, type PassInfo, unending } from './context.ts';
import { say } from './words.ts';

type PassList = components['schemas']['PassList'];

/** Shows one's links: what each is for, what has come by it, until when it holds; and stops one. */
export async function linksDialog(context: LinksContext): Promise<void> {
  const { i18n } = context;
  const body = el('ul', { class: 'links-list' }, el('li', { role: 'status' }, i18n.t('loading')));
  const close = { class: 'button', type: 'button', onclick: () => dialog.close() };
  const dialog = openDialog(
    say(i18n, 'linksTitle'),
    body,
    el('div', { class: 'dialog-actions' }, el('button', close, say(i18n, 'close'))),
  );
  try {
    const all = await passes(context);
    const rows = all.toSorted((a, b) => b.made.localeCompare(a.made)).map((pass) => row(context, pass));
    body.replaceChildren(...(rows.length > 0 ? rows : [el('li', {}, say(i18n, 'none'))]));
  } catch (error) {
    const why = explain(error, i18n.t).detail;
    body.replaceChildren(el('li', { role: 'alert' }, `${say(i18n, 'listFailed')}: ${why}`));
  }
  await dialog.closed;
}

async function passes({ api }: LinksContext): Promise<PassInfo[]> {
  const all: PassInfo[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const { body } = await api.call<PassList>('GET', `/passes${query}`, unending());
    all.push(...body.passes);
    cursor = body.next;
  }
  return all;
}

function row(context: LinksContext, pass: PassInfo): HTMLElement {
  const { i18n, api } = context;
  const over = Date.parse(pass.expires) <= Date.now();
  const said = el('p', { class: 'links-facts', role: 'status' }, facts(context, pass, over));
  const stop = el('button', { class: 'button', type: 'button' }, say(i18n, 'stop'));
  const line = el(
    'li',
    {},
    el('div', {}, el('p', { class: 'links-name', dir: 'auto' }, pass.title || placeOf(context, pass)), said),
    !over && stop,
  );
  stop.addEventListener('click', () => {
    stop.disabled = true;
    const id = encodeURIComponent(pass.id);
    api.call('DELETE', `/passes?id=${id}`, unending()).then(
      () => {
        said.textContent = say(i18n, 'stopped');
        stop.remove();
      },
      (error: unknown) => {
        stop.disabled = false;
        said.textContent = `${say(i18n, 'stopFailed')}: ${explain(error, i18n.t).detail}`;
      },
    );
  });
  return line;
}

function placeOf({ i18n }: LinksContext, { do: what, folder, keys, space }: PassInfo): string {
  const name = (key: string) => (key.split('/').pop() ?? '').replace(/~[a-z0-9-]{8,48}(?=\.|$)/, '');
  const [first, ...others] = keys ?? [];
  const named = first === undefined ? [space, folder].filter(Boolean).join('/') || say(i18n, 'here') : name(first);
  const place = others.length > 0 ? say(i18n, 'more', { name: named, count: others.length }) : named;
  return say(i18n, what, { place });
}

function facts(context: LinksContext, pass: PassInfo, over: boolean): string {
  const { i18n } = context;
  const { used, files } = pass;
  const came = used && say(i18n, files ? 'usedOf' : 'used', { count: used.files, most: files ?? 0 });
  return [
    pass.title && placeOf(context, pass),
    came,
    pass.password && say(i18n, 'locked'),
    say(i18n, over ? 'over' : 'until', { time: i18n.time(pass.expires) }),
  ]
    .filter(Boolean)
    .join(' · ');
}
