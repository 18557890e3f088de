import type { SiteConfig } from '../config.ts';
import { type Api, Engine, type EngineOptions } from '../engine/index.ts';
import { Files } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import { el } from './dom.ts';
import { FileList } from './files.ts';
import { gather } from './gather.ts';
import type { Notices } from './notices.ts';
import { Pictures } from './pictures.ts';
import { save } from './save.ts';
import { hashWay } from './way.ts';

/** What the page of somebody who is signed in needs. */
export interface WorkspaceContext {
  i18n: I18n;
  config: SiteConfig;
  notices: Notices;
  api: Api;
  /** How the engine reaches the API. */
  engine: EngineOptions;
}

/** The page of somebody who is signed in: upload on top, "my files" below. `busy` tells whether uploads are on their way. */
export function workspace(context: WorkspaceContext): { element: HTMLElement; busy(): boolean } {
  const { i18n, config, notices } = context;
  let active = () => 0;
  const files = new Files(context.api);
  const way = hashWay();
  const pictures = new Pictures(() => list.pictured());
  const list: FileList = new FileList({
    i18n,
    notices,
    files,
    way,
    save,
    picture: (key) => pictures.of(key),
    selected: [],
  });

  const title = el('h1', { class: 'section-title' });
  const folder = () => way.address.folder;
  const name = () => {
    title.textContent = folder() === '' ? i18n.t('uploadTitle') : i18n.t('uploadInto', { folder: folder() });
  };
  i18n.onChange(name);
  way.onChange(name);
  name();
  const surface = el('div', { class: 'upload-surface' });
  const head = el('div', { class: 'section-head' }, title);
  const element = el('div', { class: 'workspace' }, el('section', { class: 'upload' }, head, surface), list.element);

  void list.refresh();
  // Whoever is not signed in does not need it, and the list of files does not wait for it.
  void import('./upload.ts').then(({ UploadPanel }) => {
    const engine = new Engine(context.engine);
    const uploads = new UploadPanel({
      ...{ i18n, config, notices, engine, folder },
      stored: (file) => list.stored(file),
      existed: gather(() => void list.refresh()),
      older: { files, deleted: (keys) => list.deleted(keys), shared: (stored) => list.shared(stored) },
    });
    active = () => uploads.active;
    surface.append(uploads.element);
  });
  return { element, busy: () => active() > 0 };
}
