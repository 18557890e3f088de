import type { Files, StoredFile } from '../files.ts';
import type { I18n, Key } from '../i18n/index.ts';
import type { Notices } from './notices.ts';
import type { Failure } from './notices-model.ts';

/** What the lists and dialogs of "my files" need from the page. */
export interface FilesContext {
  i18n: I18n;
  files: Files;
  notices: Notices;
  /** Opens a signed address that the browser saves. */
  save(url: string): void;
}

/** What a notice says of something that did not work with a file; its `id` is settled when it does. */
export function failed(what: Key, { key, name }: StoredFile): Omit<Failure, 'explain'> {
  return { what, id: `${what} ${key}`, name };
}
