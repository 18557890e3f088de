import { UploadError } from '../engine/index.ts';
import { explain } from '../explain.ts';
import type { Files } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { words } from '../words.ts';
import { ask } from './dialog.ts';
import { el, replace } from './dom.ts';
import { icon, mark } from './icons.ts';
import type { Notices } from './notices.ts';
import type { Memory } from './remembered.ts';
import { goesOn, type Left, leftOf } from './unfinished-model.ts';

/** Uploads of which it is looked how much S3 holds: each look is a call. */
const LOOKS = 20;
/** Whether the person agreed that the ways to files are remembered. */
const AGREED = 'signet.remember';

/** A file that is to go on, and where it goes. */
export interface Again {
  file: File;
  folder: string;
}

/** What the list of unfinished uploads needs from the page. */
export interface UnfinishedContext {
  i18n: I18n;
  notices: Notices;
  files: Files;
  /** Part of a space, as the API names it. */
  space: string;
  memory: Memory;
  /** The folder that is shown. */
  folder(): string;
  store: Storage | undefined;
  /** An upload may have been finished elsewhere. */
  finished(): void;
  /** Sends files on. */
  again(files: readonly Again[]): void;
}

type Picker = (options: { multiple: boolean }) => Promise<FileSystemFileHandle[]>;

/** A file, and the way to it. */
interface Picked {
  file: File;
  handle: FileSystemFileHandle;
}

/** Where the browser lets a page keep the way to a file. */
function picker(): Picker | undefined {
  const { showOpenFilePicker: pick } = window as { showOpenFilePicker?: Picker };
  return pick && ((options) => pick.call(window, options));
}

/** What was begun and not finished, and how it goes on: nobody else can know which file on this machine it was. */
export class UnfinishedList {
  readonly element = el('section', { class: 'unfinished', hidden: true });
  readonly #input = el('input', { class: 'upload-input-again', type: 'file', multiple: true, hidden: true });
  #lefts: Left[] = [];
  readonly #handles = new WeakMap<Blob, FileSystemFileHandle>();
  /** Those for which a file is being chosen. */
  #wanted: readonly Left[] = [];

  constructor(private readonly context: UnfinishedContext) {
    this.#input.addEventListener('change', () => {
      void this.#take([...(this.#input.files ?? [])].map((file) => ({ file })));
      this.#input.value = '';
    });
    context.i18n.onChange(() => this.#draw());
  }

  /** Whether the ways to files are to be remembered. */
  get agreed(): boolean {
    return picker() !== undefined && this.context.store?.getItem(AGREED) === 'yes';
  }

  /** Has files chosen so that the ways to them are known, where the person agreed to it; answers whether it does. */
  choose(): boolean {
    const pick = this.agreed ? picker() : undefined;
    if (!pick) return false;
    void this.#pick(pick, true).then((chosen) => {
      const { again, folder } = this.context;
      again(chosen.map(({ file }) => ({ file, folder: folder() })));
    });
    return true;
  }

  /** The way to a file that was chosen so. */
  handle(file: Blob): FileSystemFileHandle | undefined {
    return this.#handles.get(file);
  }

  async #pick(pick: Picker, multiple: boolean): Promise<Picked[]> {
    try {
      const picked = await Promise.all((await pick({ multiple })).map((handle) => this.#read(handle)));
      return picked.filter((one) => one !== undefined);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return [];
      throw error;
    }
  }

  /** The file behind a handle; one that cannot be read is told of. */
  async #read(handle: FileSystemFileHandle): Promise<Picked | undefined> {
    const { i18n, notices } = this.context;
    const { name } = handle;
    const id = `dropUnreadable ${name}`;
    try {
      const file = await handle.getFile();
      this.#handles.set(file, handle);
      notices.settle(id);
      return { file, handle };
    } catch (error) {
      const told = () => ({ detail: words(error), advice: i18n.t('adviceChanged'), code: '' });
      notices.fail({ what: 'dropUnreadable', id, name, explain: told });
      return undefined;
    }
  }

  /** Looks again; what `going` names, by folder and name, is under way on this page. */
  async refresh(going: (folder: string, name: string) => boolean): Promise<void> {
    const { files, memory, space } = this.context;
    // Nobody asked for it: where it cannot be had, nothing is said.
    const uploads = await files.unfinished().catch(() => []);
    const lefts = leftOf(uploads, await memory.all(), space);
    this.#lefts = lefts.filter(({ upload }) => !going(upload.folder, upload.name));
    this.#draw();
    for (const left of this.#lefts.slice(0, LOOKS)) {
      left.held = await files.held(left.upload).catch(() => undefined);
    }
    this.#draw();
  }

  #draw(): void {
    const { t } = this.context.i18n;
    this.element.hidden = this.#lefts.length === 0;
    this.element.setAttribute('aria-label', t('unfinished'));
    const all = () => void this.#choose(this.#lefts);
    replace(
      this.element,
      this.#input,
      el(
        'div',
        { class: 'unfinished-head' },
        el('h2', { class: 'unfinished-title' }, t('unfinished')),
        this.#lefts.length > 1 &&
          el(
            'button',
            { class: 'button button-quiet', type: 'button', 'data-focus': 'again', onclick: all },
            t('chooseAllAgain'),
          ),
      ),
      el('ul', { class: 'unfinished-rows' }, ...this.#lefts.map((left) => this.#row(left))),
      picker() !== undefined && this.#agreement(),
    );
  }

  #agreement(): HTMLElement {
    const { i18n, store } = this.context;
    const node = el('input', { class: 'select', type: 'checkbox', 'data-focus': 'agree' });
    node.checked = this.agreed;
    node.addEventListener('change', () => store?.setItem(AGREED, node.checked ? 'yes' : 'no'));
    return el('label', { class: 'unfinished-agree' }, node, i18n.t('rememberFiles'));
  }

  #row(left: Left): HTMLElement {
    const { t } = this.context.i18n;
    const { uploadId, name, folder } = left.upload;
    const known = left.file?.handle !== undefined;
    const drop = el('button', { class: 'button button-icon', type: 'button', 'data-focus': `discard ${uploadId}` });
    drop.addEventListener('click', () => void this.#discard(left));
    mark(drop, 'cancel', t('discardNamed', { name }));
    return el(
      'li',
      { class: 'unfinished-row' },
      icon('pause'),
      el('span', { class: 'unfinished-name', dir: 'auto', title: folder ? `${folder}/${name}` : name }, name),
      el('span', { class: 'unfinished-text' }, this.#text(left)),
      el(
        'button',
        {
          ...{ class: 'button button-quiet', type: 'button', 'data-focus': `again ${uploadId}` },
          'aria-label': t(known ? 'goOnNamed' : 'chooseAgainNamed', { name }),
          onclick: () => void this.#choose([left]),
        },
        t(known ? 'goOn' : 'chooseAgain'),
      ),
      drop,
    );
  }

  #text({ held, file }: Left): string {
    const { t, bytes } = { t: this.context.i18n.t, bytes: (size: number) => this.context.i18n.bytes(size) };
    if (held === undefined) return '';
    if (!file) return t('unfinishedHeld', { done: bytes(held) });
    return t('unfinishedOf', { done: bytes(held), total: bytes(file.size) });
  }

  /** Goes on by itself where the way to the file is known and the browser lets it be read; else the person chooses. */
  async #choose(lefts: readonly Left[]): Promise<void> {
    const [found, unknown] = await this.#known(lefts);
    if (found.length > 0) this.#again(found);
    if (unknown.length === 0) return;
    this.#wanted = unknown;
    const pick = this.agreed ? picker() : undefined;
    if (!pick) return this.#input.click();
    await this.#take(await this.#pick(pick, unknown.length > 1));
  }

  async #known(lefts: readonly Left[]): Promise<[Again[], Left[]]> {
    const found: Again[] = [];
    const unknown: Left[] = [];
    for (const left of lefts) {
      const handle = left.file?.handle;
      const file = await readable(handle);
      if (file && handle) {
        this.#handles.set(file, handle);
        found.push({ file, folder: left.upload.folder });
      } else unknown.push(left);
    }
    return [found, unknown];
  }

  /** Sends on what was chosen; what is none of the unfinished ones is named, and not sent. */
  async #take(chosen: readonly { file: File }[]): Promise<void> {
    const { notices, i18n } = this.context;
    const found: Again[] = [];
    const others: string[] = [];
    for (const { file } of chosen) {
      const left = goesOn(this.#wanted, file);
      if (!left) {
        others.push(file.name);
        continue;
      }
      found.push({ file, folder: left.upload.folder });
    }
    if (others.length > 0) notices.note(() => i18n.t('notUnfinished', { names: others.join(', ') }));
    this.#again(found);
  }

  #again(found: readonly Again[]): void {
    const gone = new Set(found.map(({ file, folder }) => `${folder}/${file.name.normalize('NFC')}`));
    this.#lefts = this.#lefts.filter(({ upload }) => !gone.has(`${upload.folder}/${upload.name}`));
    this.#draw();
    if (found.length > 0) this.context.again(found);
  }

  async #discard(left: Left): Promise<void> {
    const { i18n, notices, files, memory, space } = this.context;
    const { t } = i18n;
    const { name, folder } = left.upload;
    const question = { title: t('discardTitle'), text: t('cancelText', { name }), yes: t('discard'), no: t('cancel') };
    if (!(await ask(question))) return;
    const id = `discardFailed ${left.upload.uploadId}`;
    try {
      await files.discard(left.upload);
      notices.say(() => t('discarded', { name }));
    } catch (error) {
      if (!(error instanceof UploadError && error.code === 'NoSuchUpload')) {
        return notices.fail({ what: 'discardFailed', id, name, explain: () => explain(error, t) });
      }
      // Another tab, or a terminal, was faster.
      notices.tell(() => t('discardedElsewhere', { name }));
      this.context.finished();
    }
    notices.settle(id);
    await memory.forget({ space, folder, name });
    this.#lefts = this.#lefts.filter((other) => other !== left);
    this.#draw();
  }
}

/** The file behind a handle, where the browser, or the person whom it asks, lets it be read. */
async function readable(handle: FileSystemFileHandle | undefined): Promise<File | undefined> {
  const asking = handle as { requestPermission?(options: { mode: string }): Promise<PermissionState> } | undefined;
  try {
    const state = (await asking?.requestPermission?.({ mode: 'read' })) ?? 'granted';
    return state === 'granted' ? await handle?.getFile() : undefined;
  } catch {
    return undefined; // moved or deleted
  }
}
