import type { FilePage, Order, StoredFile } from '../files.ts';

/** A row of a list. */
export interface Row extends StoredFile {
  /** Differs from the list's own `deleted` when the file was deleted or restored on this page: the row stays in its place, so that it can be taken back. */
  deleted: boolean;
  /**
   * Only of files that this page has stored: which one it was, counted from 1. Where the newest come first they stand on top.
   * S3's own time of a file would not do it: it counts seconds, and is that of the beginning of an upload in parts.
   */
  stored?: number;
}

/** Where a file lies, and what it is called. */
export type Place = Pick<StoredFile, 'key' | 'folder' | 'name'>;

/** A file that this page has stored: the `stored`-th. */
export type Fresh = StoredFile & { readonly stored: number };

/** What is known of a folder or of the deleted files. Immutable; every change gives a new one. */
export interface Listing {
  /** Whether it lists the deleted files. */
  deleted: boolean;
  order: Order;
  /** Names of the folders beside the files, in their order. */
  folders: readonly string[];
  /** In the order of the listing, as far as pages have been read. */
  rows: readonly Row[];
  /** Cursor of the next page of the API; undefined when all are read. */
  next: string | undefined;
  /** False where the service had no time to look at all files, so that newer ones may come with the next page. */
  complete: boolean;
}

/** A list of which nothing is known yet. */
export function emptyListing(deleted: boolean, order: Order = 'newest'): Listing {
  return { deleted, order, folders: [], rows: [], next: undefined, complete: true };
}

/** The newest `stored` of a listing: what is stored after it is newer than any page that is asked for now. */
export function latestStored({ rows }: Listing): number {
  return rows.reduce((latest, { stored = 0 }) => Math.max(latest, stored), 0);
}

/**
 * The listing after it was read again, from the first page on. Rows changed on this page stay as long as nobody else changed
 * them back; those stored on it stay, unless the page shows that they are gone. `since` is the latestStored of when the
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
  return { ...old, ...restOf(page), folders: sortedNames(page.folders), rows: sorted(old.order, [...fresh, ...kept]) };
}

/** The listing after one more page. */
export function withNextPage(old: Listing, page: FilePage): Listing {
  const known = new Set(old.rows.map(({ key }) => key));
  const fresh = page.files.filter(({ key }) => !known.has(key)).map((file) => rowOf(old, file));
  const folders = sortedNames([...old.folders, ...page.folders]);
  return { ...old, ...restOf(page), folders, rows: sorted(old.order, [...old.rows, ...fresh]) };
}

/** The listing with files that this page has just stored. */
export function withStored(old: Listing, files: readonly Fresh[]): Listing {
  const fresh = new Map(files.map((file) => [file.key, rowOf(old, file, file.stored)]));
  return { ...old, rows: sorted(old.order, [...fresh.values(), ...old.rows.filter(({ key }) => !fresh.has(key))]) };
}

/** The listing with folders that have come to be. */
export function withFolders(old: Listing, names: readonly string[]): Listing {
  return names.every((name) => old.folders.includes(name))
    ? old
    : { ...old, folders: sortedNames([...old.folders, ...names]) };
}

/** The listing with rows marked as deleted, or restored. */
export function withDeleted(old: Listing, keys: readonly string[], deleted: boolean): Listing {
  const marked = new Set(keys);
  return { ...old, rows: old.rows.map((row) => (marked.has(row.key) ? { ...row, deleted } : row)) };
}

/** The listing with files that are called something else now, or lie somewhere else, by their old keys: each stays where it stood. */
export function withMoved(old: Listing, moved: ReadonlyMap<string, Place>): Listing {
  return { ...old, rows: old.rows.map((row) => ({ ...row, ...moved.get(row.key) })) };
}

/** The listing without files and folders that are somewhere else now. */
export function without(old: Listing, keys: ReadonlySet<string>, folders: ReadonlySet<string>): Listing {
  return {
    ...old,
    folders: old.folders.filter((name) => !folders.has(name)),
    rows: old.rows.filter(({ key }) => !keys.has(key)),
  };
}

/** The listing without the rows that were deleted or restored on this page: for a view that is opened again. */
export function withoutChanged(old: Listing): Listing {
  return { ...old, rows: old.rows.filter(({ deleted }) => deleted === old.deleted) };
}

/** What of a listing has a name that begins with `text`, in either case. */
export function beginningWith(listing: Listing, text: string): Listing {
  const start = folded(text);
  const begins = (name: string) => folded(name).startsWith(start);
  return { ...listing, folders: listing.folders.filter(begins), rows: listing.rows.filter(({ name }) => begins(name)) };
}

/** Two listings of the same place as one; `more` says how it goes on. */
export function united(known: Listing, more: Listing): Listing {
  const keys = new Set(known.rows.map(({ key }) => key));
  const rows = [...known.rows, ...more.rows.filter(({ key }) => !keys.has(key))];
  return { ...more, folders: sortedNames([...known.folders, ...more.folders]), rows: sorted(known.order, rows) };
}

/** Makes names comparable: in one Unicode form and one case. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function restOf({ next, complete }: FilePage): Pick<Listing, 'next' | 'complete'> {
  return { next, complete };
}

function rowOf({ deleted }: Listing, file: StoredFile, stored?: number): Row {
  return { ...file, deleted, ...(stored === undefined ? {} : { stored }) };
}

const names = new Intl.Collator(undefined, { numeric: true });

const orders: Record<Order, (a: Row, b: Row) => number> = {
  newest: (a, b) =>
    (b.stored ?? 0) - (a.stored ?? 0) ||
    // Thousands may be of one second: letters are compared as they are, for to compare them as people do takes long.
    (a.modified < b.modified ? 1 : a.modified > b.modified ? -1 : a.name < b.name ? -1 : 1),
  name: (a, b) => names.compare(a.name, b.name) || (a.modified < b.modified ? 1 : -1),
};

function sorted(order: Order, rows: Row[]): Row[] {
  return rows.sort(orders[order]);
}

function sortedNames(all: readonly string[]): string[] {
  return [...new Set(all)].sort(names.compare);
}
