import { Api, browserNetwork, Engine, Retrier, systemClock, xhrSend } from '../engine/index.ts';
import type { StoredFile } from '../files.ts';
import { Files } from '../files.ts';
import { el, replace } from '../view/dom.ts';
import { UploadPanel } from '../view/upload.ts';
import type { GuestContext } from './context.ts';
import { say } from './words.ts';

/** The page of somebody who was asked for files. `busy` tells whether uploads are on their way. */
export function take({ i18n, notices, api: base, pass, as }: GuestContext): { element: HTMLElement; busy(): boolean } {
  const engine = new Engine({ base, pass: as, maxFiles: pass.maxFiles, send: xhrSend });
  const came = el('div', { class: 'guest-came' });
  const rules = { allowedTypes: pass.allowedTypes, maxObjectSize: pass.maxObjectSize };
  const panel = new UploadPanel({
    ...{ i18n, notices, engine },
    folder: () => '',
    rules: () => rules,
    stored: () => void list(),
    existed: () => void list(),
  });

  let files: readonly StoredFile[] = [];
  const api = new Api({ base, pass: as, retrier: new Retrier(systemClock, browserNetwork) });
  async function list(): Promise<void> {
    if (!pass.show) return;
    const all: StoredFile[] = [];
    for await (const some of new Files(api).below('')) all.push(...some);
    files = all;
    draw();
  }

  const head = el('div', {});
  const draw = () => {
    const text = (word: Parameters<typeof say>[1], values = {}) => say(i18n, word, values);
    const { left, allowedTypes } = pass;
    const lines = [
      text('limits', { size: i18n.bytes(pass.maxObjectSize), time: i18n.time(pass.expires) }),
      left?.files !== undefined && text('leftFiles', { count: left.files }),
      left?.bytes !== undefined && text('leftBytes', { size: i18n.bytes(left.bytes) }),
      !allowedTypes.includes('*/*') && text('types', { types: allowedTypes.join(', ') }),
    ];
    replace(
      head,
      el('h1', { class: 'section-title', dir: 'auto' }, pass.title || text('uploadTitle')),
      el('p', {}, text(pass.show ? 'uploadShows' : 'uploadText')),
      el('p', { class: 'guest-limits' }, lines.filter(Boolean).join(' ')),
      el('p', { class: 'guest-limits' }, text('keepOpen')),
    );
    const row = ({ name, size }: StoredFile) =>
      el('li', {}, el('span', { dir: 'auto' }, name), el('span', { class: 'guest-size' }, i18n.bytes(size)));
    const title = el('h2', { class: 'section-title' }, text('came'));
    replace(came, files.length > 0 && title, files.length > 0 && el('ul', { class: 'guest-files' }, ...files.map(row)));
  };
  i18n.onChange(draw);
  draw();
  void list().catch(() => {}); // what has come is there, whether or not it can be shown now
  return { element: el('section', { class: 'guest' }, head, panel.element, came), busy: () => panel.active > 0 };
}
