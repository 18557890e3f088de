import type { Files } from '../files.ts';
import type { I18n } from '../i18n/index.ts';
import type { Notices } from './notices.ts';

/** What the lists and dialogs of "my files" need from the page. */
export interface FilesContext {
  i18n: I18n;
  files: Files;
  notices: Notices;
  /** Opens a signed address that the browser saves. */
  save(url: string): void;
}
