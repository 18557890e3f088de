import { explain } from '../explain.ts';
import { goneError } from '../files.ts';
import type { I18n, Key } from '../i18n/index.ts';
import { type Dialog, openDialog } from './dialog.ts';
import { el } from './dom.ts';
import { filePicture } from './file-picture.ts';
import type { FilesContext } from './files-context.ts';
import type { Row } from './files-model.ts';
import { icon } from './icons.ts';
import { kindOf } from './kinds.ts';
import { lettersOf } from './letters.ts';

/** Bytes of a text that are shown. */
export const TEXT = 256 * 1024;

/**
 * Shows a file in place, and those beside it. Pictures, sound, film and PDF come from the storage's own host under a type
 * that the service has signed, so that nothing in them runs as a page of ours; any other text is shown letter by letter.
 * Resolves when the dialog is closed.
 */
export async function openPreview(
  context: FilesContext,
  rows: readonly Row[],
  row: Row,
  download: (row: Row) => Promise<void>,
): Promise<void> {
  const preview = new Preview(
    context,
    rows.filter(({ deleted }) => !deleted),
    download,
  );
  await preview.open(row);
}

class Preview {
  readonly #place = el('div', { class: 'preview-place', tabindex: '-1' });
  readonly #count = el('span', { class: 'preview-count' });
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #dialog: Dialog;
  #at = 0;
  /** Ends what is under way for a file that is not looked at any more. */
  #run = new AbortController();

  constructor(
    private readonly context: FilesContext,
    private readonly rows: readonly Row[],
    private readonly download: (row: Row) => Promise<void>,
  ) {
    const { t } = context.i18n;
    const step = (by: number, name: 'previous' | 'next') =>
      el(
        'button',
        {
          class: 'button button-icon',
          type: 'button',
          'aria-label': t(name),
          title: t(name),
          onclick: () => this.#go(by),
        },
        icon(name),
      );
    this.#previous = step(-1, 'previous');
    this.#next = step(1, 'next');
    const save = () => {
      const row = this.rows[this.#at];
      if (row) void this.download(row);
    };
    const close = { class: 'button', type: 'button', autofocus: true, onclick: () => this.#dialog.close() };
    this.#dialog = openDialog(
      '',
      this.#place,
      el(
        'div',
        { class: 'dialog-actions preview-actions' },
        this.#previous,
        this.#count,
        this.#next,
        el('button', { class: 'button', type: 'button', onclick: save }, t('download')),
        el('button', close, t('close')),
      ),
    );
    this.#dialog.element.classList.add('preview');
    this.#dialog.element.addEventListener('keydown', (event) => this.#key(event));
  }

  async open(row: Row): Promise<void> {
    this.#at = Math.max(
      0,
      this.rows.findIndex(({ key }) => key === row.key),
    );
    void this.#show();
    await this.#dialog.closed;
    this.#run.abort();
  }

  /** The arrows, unless a player has its own use for them. */
  #key({ key, target }: KeyboardEvent): void {
    if (target instanceof HTMLMediaElement) return;
    if (key === 'ArrowLeft') this.#go(-1);
    if (key === 'ArrowRight') this.#go(1);
  }

  #go(by: number): void {
    const at = this.#at + by;
    if (at < 0 || at >= this.rows.length) return;
    this.#at = at;
    void this.#show();
  }

  async #show(): Promise<void> {
    const { i18n } = this.context;
    const row = this.rows[this.#at];
    if (!row) return;
    this.#run.abort();
    this.#run = new AbortController();
    const { signal } = this.#run;
    this.#dialog.title(row.name);
    this.#count.textContent = i18n.t('previewCount', { n: this.#at + 1, count: this.rows.length });
    this.#previous.disabled = this.#at === 0;
    this.#next.disabled = this.#at === this.rows.length - 1;
    this.#place.replaceChildren(note(i18n.t('loading')));
    try {
      const found = await view(this.context, row, signal);
      if (!signal.aborted) this.#place.replaceChildren(found);
      found.addEventListener('error', async () => {
        const why = await whyBroken((found as HTMLImageElement).src, signal);
        if (!signal.aborted) this.#place.replaceChildren(unseen(i18n, row, i18n.t(why)));
      });
    } catch (error) {
      if (signal.aborted) return;
      const { code, advice } = explain(error, i18n.t);
      const why = code === 'TypeForbidden' ? i18n.t('previewNone') : advice;
      this.#place.replaceChildren(unseen(i18n, row, why));
    }
  }
}

/** What shows a file. */
async function view({ files, i18n }: FilesContext, row: Row, signal: AbortSignal): Promise<HTMLElement> {
  const { key, name } = row;
  if (row.size === 0) return unseen(i18n, row, i18n.t('previewEmpty'));
  switch (kindOf(name)) {
    case 'image':
      return el('img', { class: 'preview-image', alt: name, src: await files.shown(key) });
    case 'audio':
      return el('audio', { class: 'preview-audio', controls: true, src: await files.shown(key) });
    case 'video':
      return el('video', { class: 'preview-video', controls: true, src: await files.shown(key) });
    case 'pdf': {
      const src = await files.shown(key);
      // A frame does not tell that it shows an answer of another kind.
      const why = await whyBroken(src, signal);
      if (why !== 'previewBroken') return unseen(i18n, row, i18n.t(why));
      // Chromium (156) shows no PDF in a frame with a sandbox, not even with all that a sandbox can allow. What holds it: its
      // host is another one, its type is signed, it is given none of that host's cookies and storage, and no page's address.
      return el('iframe', {
        ...{ class: 'preview-page', title: name, referrerpolicy: 'no-referrer', credentialless: true },
        src,
      });
    }
    case 'text':
      return text(i18n, await files.url(key), row.size, signal);
    default:
      return unseen(i18n, row, i18n.t('previewNone'));
  }
}

/** The beginning of a text, as letters: nothing in it is taken for a page. */
async function text(i18n: I18n, url: string, size: number, signal: AbortSignal): Promise<HTMLElement> {
  const headers = size > TEXT ? { range: `bytes=0-${TEXT - 1}` } : {};
  const response = await fetch(url, { headers, signal, referrerPolicy: 'no-referrer' });
  if (response.status === 404) throw goneError();
  if (!response.ok) throw new Error(`got status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const words = lettersOf(bytes, size > TEXT, [i18n.language, ...navigator.languages]);
  const letters = el('pre', { class: 'preview-text', dir: 'auto', tabindex: '0' }, words);
  if (size <= TEXT) return letters;
  return el('div', { class: 'preview-cut' }, letters, note(i18n.t('previewCut', { size: i18n.bytes(TEXT) })));
}

/** Why a file is not seen: there may be no way to it, or nothing under its address any more. */
async function whyBroken(src: string, signal: AbortSignal): Promise<Key> {
  const asked = { headers: { range: 'bytes=0-0' }, signal, referrerPolicy: 'no-referrer' } as const;
  const status = await fetch(src, asked).then(
    (response) => response.status,
    () => 0,
  );
  if (status === 0) return 'adviceNetwork';
  return status === 404 ? 'adviceGone' : 'previewBroken';
}

/** What stands for a file that cannot be shown. */
function unseen(i18n: I18n, row: Row, why: string): HTMLElement {
  return el(
    'div',
    { class: 'preview-none' },
    filePicture(row.name, ''),
    el('p', {}, why),
    el('p', {}, i18n.bytes(row.size)),
  );
}

function note(words: string): HTMLElement {
  return el('p', { class: 'preview-note', role: 'status' }, words);
}
