import { joined } from './files-address.ts';
import type { Listing, Row } from './files-model.ts';

/** A line of "my files": a folder beside the files, or a file. Its `id` is its own among both. */
export type Entry = FolderEntry | FileEntry;

/** A folder: its name, and its path within the caller's part. */
export interface FolderEntry {
  readonly id: string;
  readonly folder: string;
  readonly name: string;
  readonly row?: undefined;
}

/** A file. */
export interface FileEntry {
  readonly id: string;
  readonly row: Row;
}

/** The id of a file's line. */
export function fileId(key: string): string {
  return `file ${key}`;
}

/** The lines of a listing of `folder`: folders first. */
export function entriesOf({ folders, rows }: Listing, folder: string): Entry[] {
  return [
    ...folders.map((name) => ({ id: `folder ${joined(folder, name)}`, name, folder: joined(folder, name) })),
    ...rows.map((row) => ({ id: fileId(row.key), row })),
  ];
}

/** The files among lines. */
export function filesOf(entries: readonly Entry[]): Row[] {
  return entries.flatMap(({ row }) => row ?? []);
}

/** The folders among lines. */
export function foldersOf(entries: readonly Entry[]): FolderEntry[] {
  return entries.filter((entry): entry is FolderEntry => !entry.row);
}

/** What a line is called. */
export function nameOf(entry: Entry): string {
  return entry.row ? entry.row.name : entry.name;
}
