import type { StoredFile } from '../files.ts';

/** Rows drawn at first, and with each "show more". */
export const STEP = 100;

/** A row of a list. */
export interface Row extends StoredFile {
  /** Differs from the list's own `deleted` when the file was deleted or restored on this page: the row stays in its place, so that it can be taken back. */
  deleted: boolean;
}

/** What is known of the caller's files, present or deleted, and how much of it is shown. Immutable; every change gives a new one. */
export interface Listing {
  /** Whether it lists the deleted files. */
  deleted: boolean;
  /** Newest first, as far as pages have been read. */
  rows: readonly Row[];
  /** Cursor of the next page of the API; undefined when all are read. */
  next: string | undefined;
  /** Rows shown. */
  shown: number;
}

/** A list of which nothing is known yet. */
export function emptyListing(deleted: boolean): Listing {
  return { deleted, rows: [], next: undefined, shown: STEP };
}

/** The listing after the first page was read (again). Rows changed on this page stay as long as nobody else changed them back. */
export function withFirstPage(old: Listing, files: readonly StoredFile[], next: string | undefined): Listing {
  const present = new Set(files.map(({ key }) => key));
  const kept = old.rows.filter(({ key, deleted }) => deleted !== old.deleted && !present.has(key));
  return { ...old, rows: sorted([...rowsOf(old, files), ...kept]), next };
}

/** The listing after one more page. */
export function withNextPage(old: Listing, files: readonly StoredFile[], next: string | undefined): Listing {
  const known = new Set(old.rows.map(({ key }) => key));
  const fresh = files.filter(({ key }) => !known.has(key));
  return { ...old, rows: sorted([...old.rows, ...rowsOf(old, fresh)]), next, shown: old.shown + STEP };
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

/** The rows to draw. */
export function visible({ rows, shown }: Listing): readonly Row[] {
  return rows.slice(0, shown);
}

/** Whether there is more than `visible` gives, here or in the API. */
export function hasMore({ rows, shown, next }: Listing): boolean {
  return rows.length > shown || next !== undefined;
}

function rowsOf({ deleted }: Listing, files: readonly StoredFile[]): Row[] {
  return files.map((file) => ({ ...file, deleted }));
}

function sorted(rows: Row[]): Row[] {
  return rows.sort((a, b) => b.modified.localeCompare(a.modified) || a.name.localeCompare(b.name));
}
