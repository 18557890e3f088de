import { Api, browserNetwork, Retrier, systemClock } from '../engine/index.ts';
import { explain } from '../explain.ts';
import { Files, type StoredFile } from '../files.ts';
import { el, replace } from '../view/dom.ts';
import type { FilesContext } from '../view/files-context.ts';
import { type Entry, fileId } from '../view/files-entry.ts';
import { save } from '../view/save.ts';
import type { GuestContext } from './context.ts';
import { say } from './words.ts';

/** The page of somebody to whom files were given: shows them, and downloads one as it is and several as ZIP. */
export function shared(guest: GuestContext): HTMLElement {
  const { i18n, notices, pass } = guest;
  const api = new Api({ base: guest.api, pass: guest.as, retrier: new Retrier(systemClock, browserNetwork) });
  const source = new Files(api);
  const context = contextOf(guest, source);
  const element = el('section', { class: 'guest' });
  const chosen = new Set<string>();
  let [files, loaded]: [readonly StoredFile[], boolean] = [[], false];

  const text = (word: Parameters<typeof say>[1], values = {}) => say(i18n, word, values);
  const entry = (file: StoredFile): Entry => ({ id: fileId(file.key), row: { ...file, deleted: false } });

  async function download(some: readonly StoredFile[]): Promise<void> {
    const { downloadArchive } = await import('../archive/download.ts');
    await downloadArchive(context, pass.title ?? pass.name ?? '', some.map(entry));
  }

  async function show(file: StoredFile): Promise<void> {
    const { openPreview } = await import('../view/preview.ts');
    const rows = files.map((one) => ({ ...one, deleted: false }));
    const row = rows.find(({ key }) => key === file.key);
    if (row) await openPreview(context, rows, row, (other) => download([other]));
  }

  const row = (file: StoredFile) => {
    const choose = el('input', {
      type: 'checkbox',
      'aria-label': text('choose', { name: file.name }),
      'data-focus': `choose ${file.key}`,
      checked: chosen.has(file.key),
      onchange: () => {
        if (!chosen.delete(file.key)) chosen.add(file.key);
        draw();
      },
    });
    const name = [file.folder, file.name].filter(Boolean).join('/');
    const button = (word: 'download' | 'show', act: () => Promise<void>) => {
      const attributes = {
        class: 'button button-quiet',
        type: 'button',
        'aria-label': `${text(word)} ${file.name}`,
        onclick: () => void act(),
      };
      return el('button', attributes, text(word));
    };
    return el(
      'li',
      {},
      choose,
      el('span', { class: 'guest-name', dir: 'auto' }, name),
      el('span', { class: 'guest-size' }, i18n.bytes(file.size)),
      button('show', () => show(file)),
      button('download', () => download([file])),
    );
  };

  const draw = () => {
    const some = files.filter(({ key }) => chosen.has(key));
    const all = some.length === 0;
    const label = all ? text('downloadAll') : text('downloadChosen', { count: some.length });
    const together = { class: 'button button-main', type: 'button', onclick: () => void download(all ? files : some) };
    replace(
      element,
      el('h1', { class: 'section-title', dir: 'auto' }, pass.title || pass.name || text('shareTitle')),
      el('p', {}, text('shareText', { time: i18n.time(pass.expires) })),
      files.length > 1 && el('button', together, label),
      loaded && files.length === 0 && el('p', { role: 'status' }, text('empty')),
      !loaded && el('p', { role: 'status' }, i18n.t('loading')),
      el('ul', { class: 'guest-files' }, ...files.map(row)),
    );
  };
  i18n.onChange(draw);
  draw();

  const load = async () => {
    const all: StoredFile[] = [];
    for await (const page of source.below('')) all.push(...page);
    [files, loaded] = [all, true];
    draw();
  };
  load().catch((error: unknown) => {
    notices.fail({ what: 'downloadFailed', id: 'shared', name: '', explain: () => explain(error, i18n.t) });
  });
  return element;
}

/** What the archive and the preview need of a page of files, which there is none of here. */
function contextOf({ i18n, notices }: GuestContext, files: Files): FilesContext {
  return { i18n, notices, files, save, picture: () => undefined, selected: [] } as unknown as FilesContext;
}
