import type { FilePage, StoredFile } from '../files.ts';

/** Rows drawn at first, and with each "show more". */
export const STEP = 100;

/** A row of a list. */
export interface Row extends StoredFile {
  /** Differs from the list's own `deleted` when the file was deleted or restored on this page: the row stays in its place, so that it can be taken back. */
  deleted: boolean;
  /**
   * Only of files that this page has stored: which one it was, counted from 1. They stand on top. S3's own time of a file
   * would not do it: it counts seconds, and is that of the beginning of an upload in parts.
   */
  stored?: number;
}

/** A file that this page has stored: the `stored`-th. */
export type Fresh = StoredFile & { readonly stored: number };

/** What is known of a folder or of the deleted files, and how much of it is shown. Immutable; every change gives a new one. */
export interface Listing {
  /** Whether it lists the deleted files. */
  deleted: boolean;
  /** Names of the folders beside the files, in their order. */
  folders: readonly string[];
  /** What was stored on this page, then newest first, as far as pages have been read. */
  rows: readonly Row[];
  /** Cursor of the next page of the API; undefined when all are read. */
  next: string | undefined;
  /** False where the service had no time to look at all files, so that newer ones may come with the next page. */
  complete: boolean;
  /** Rows shown. */
  shown: number;
}

/** A list of which nothing is known yet. */
export function emptyListing(deleted: boolean): Listing {
  return { deleted, folders: [], rows: [], next: undefined, complete: true, shown: STEP };
}

/** The newest `stored` of a listing: what is stored after it is newer than any page that is asked for now. */
export function latestStored({ rows }: Listing): number {
  return Math.max(0, ...rows.slice(0, 1).map(({ stored = 0 }) => stored));
}

/**
 * The listing after it was read again, from the first page on. Rows changed on this page stay as long as nobody else changed
 * them back; those stored on it stay on top, unless the page shows that they are gone. `since` is the latestStored of when the
 * reading began.
 */
export function withFirstPage(old: Listing, page: FilePage, since: number): Listing {
  const known = new Map(old.rows.map((row) => [row.key, row]));
  const fresh = page.files.map((file) => rowOf(old, file, known.get(file.key)?.stored));
  const present = new Set(page.files.map(({ key }) => key));
  const kept = old.rows.filter(({ key, deleted, stored = 0 }) => {
    if (present.has(key)) return false;
    return deleted !== old.deleted || stored > since || (stored > 0 && page.next !== undefined);
  });
  return { ...old, ...restOf(page), folders: sortedNames(page.folders), rows: sorted([...fresh, ...kept]) };
}

/** The listing after one more page. */
export function withNextPage(old: Listing, page: FilePage): Listing {
  const known = new Set(old.rows.map(({ key }) => key));
  const fresh = page.files.filter(({ key }) => !known.has(key)).map((file) => rowOf(old, file));
  const folders = sortedNames([...old.folders, ...page.folders]);
  return { ...old, ...restOf(page), folders, rows: sorted([...old.rows, ...fresh]), shown: old.shown + STEP };
}

/** The listing with files on top that this page has just stored. */
export function withStored(old: Listing, files: readonly Fresh[]): Listing {
  const fresh = new Map(files.map((file) => [file.key, rowOf(old, file, file.stored)]));
  return { ...old, rows: sorted([...fresh.values(), ...old.rows.filter(({ key }) => !fresh.has(key))]) };
}

/** The listing with folders that have come to be. */
export function withFolders(old: Listing, names: readonly string[]): Listing {
  return { ...old, folders: sortedNames([...old.folders, ...names]) };
}

/** The listing with more of its rows shown. */
export function withMoreShown(old: Listing): Listing {
  return { ...old, shown: old.shown + STEP };
}

/** The listing with one row marked as deleted, or restored. */
export function withDeleted(old: Listing, key: string, deleted: boolean): Listing {
  return { ...old, rows: old.rows.map((row) => (row.key === key ? { ...row, deleted } : row)) };
}

/** The listing without the rows that were deleted or restored on this page: for a view that is opened again. */
export function withoutChanged(old: Listing): Listing {
  return { ...old, rows: old.rows.filter(({ deleted }) => deleted === old.deleted) };
}

/** The folders and rows to draw. */
export function visible({ folders, rows, shown }: Listing): { folders: readonly string[]; rows: readonly Row[] } {
  return { folders: folders.slice(0, shown), rows: rows.slice(0, shown) };
}

/** Whether there is more than `visible` gives, here or in the API. */
export function hasMore({ folders, rows, shown, next }: Listing): boolean {
  return Math.max(folders.length, rows.length) > shown || next !== undefined;
}

function restOf({ next, complete }: FilePage): Pick<Listing, 'next' | 'complete'> {
  return { next, complete };
}

function rowOf({ deleted }: Listing, file: StoredFile, stored?: number): Row {
  return { ...file, deleted, ...(stored === undefined ? {} : { stored }) };
}

function sorted(rows: Row[]): Row[] {
  return rows.sort(
    (a, b) => (b.stored ?? 0) - (a.stored ?? 0) || b.modified.localeCompare(a.modified) || a.name.localeCompare(b.name),
  );
}

function sortedNames(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}
