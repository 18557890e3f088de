import type { StoredFile } from '../files.ts';

/** Rows drawn at first, and with each "show more". */
export const STEP = 100;

/** A row of the list. */
export interface Row extends StoredFile {
  /** Deleted while the page was open; it stays in its place so that it can be taken back. */
  deleted: boolean;
}

/** What is known of the caller's files, and how much of it is shown. Immutable; every change gives a new one. */
export interface Listing {
  /** Newest first, as far as pages have been read. */
  rows: readonly Row[];
  /** Cursor of the next page of the API; undefined when all are read. */
  next: string | undefined;
  /** Rows shown. */
  shown: number;
}

export const emptyListing: Listing = { rows: [], next: undefined, shown: STEP };

/** The listing after the first page was read (again). Rows deleted on this page stay as long as nobody else brought them back. */
export function withFirstPage(old: Listing, files: readonly StoredFile[], next: string | undefined): Listing {
  const present = new Set(files.map(({ key }) => key));
  const kept = old.rows.filter(({ key, deleted }) => deleted && !present.has(key));
  return { rows: sorted([...files.map(live), ...kept]), next, shown: old.shown };
}

/** The listing after one more page. */
export function withNextPage(old: Listing, files: readonly StoredFile[], next: string | undefined): Listing {
  const known = new Set(old.rows.map(({ key }) => key));
  const fresh = files.filter(({ key }) => !known.has(key)).map(live);
  return { rows: sorted([...old.rows, ...fresh]), next, shown: old.shown + STEP };
}

/** The listing with one row marked as deleted, or taken back. */
export function withDeleted(old: Listing, key: string, deleted: boolean): Listing {
  return { ...old, rows: old.rows.map((row) => (row.key === key ? { ...row, deleted } : row)) };
}

function live(file: StoredFile): Row {
  return { ...file, deleted: false };
}

function sorted(rows: Row[]): Row[] {
  return rows.sort((a, b) => b.modified.localeCompare(a.modified) || a.name.localeCompare(b.name));
}
