import type { Files, Space, StoredFile } from '../files.ts';
import type { I18n, Key } from '../i18n/index.ts';
import type { Address } from './files-address.ts';
import type { Notices } from './notices.ts';
import type { Failure } from './notices-model.ts';

/** Where the page says what is shown: its address bar, or what an element has in its place. */
export interface Way {
  readonly address: Address;
  go(address: Address): void;
  /** What a link there says, so that it can be opened in a tab of its own. Without it there are buttons in the place of links. */
  href?(address: Address): string;
  /** Calls `listener` after every change of the address. */
  onChange(listener: () => void): void;
}

/** What the lists and dialogs of "my files" need from the page. */
export interface FilesContext {
  i18n: I18n;
  /** The part of a space that is shown, and what may be done there. */
  space: Space;
  /** The folder above which nobody goes, and what the list is called there. */
  root: { readonly folder: string; title(): string };
  /** Whether what was deleted, and older versions, can be looked at. */
  history: boolean;
  /** Its files. */
  files: Files;
  notices: Notices;
  way: Way;
  /** Has the browser save what is under a signed address; resolves when it has begun to, rejects where the address answers with something else. */
  save(url: string): Promise<void>;
  /** The address of a small picture of a file, where this page has one. */
  picture(key: string): string | undefined;
  /** The name of who has uploaded a file; empty where it is not known. Default: nobody asks. */
  uploader?(file: StoredFile): string;
  /** What else can be done with files that are chosen, by those who add to the page. */
  selected: readonly SelectedAction[];
  /** Opens a file in a way of its own; answers whether it does. Default: it is shown in place. */
  opens?(file: StoredFile): boolean;
  /** Called when other files are chosen. */
  chose?(files: readonly StoredFile[]): void;
  /** Called with files that have been deleted or moved away. */
  gone?(keys: readonly string[]): void;
  /** Ends what the list hears of the page around it. Default: it stays as long as the page. */
  signal?: AbortSignal;
}

/** Something that can be done with files and folders that are chosen. */
export interface SelectedAction {
  label: Key;
  /** Whether it can be done with these; default: always. Folders are paths. */
  fits?(files: readonly StoredFile[], folders: readonly string[]): boolean;
  act(files: readonly StoredFile[], folders: readonly string[]): Promise<void>;
}

/** What a notice says of something that did not work with a file; its `id` is settled when it does. */
export function failed(what: Key, { key, name }: { key: string; name: string }): Omit<Failure, 'explain'> {
  return { what, id: `${what} ${key}`, name };
}
