/** A file, and where it lay: its path from the folder that was chosen or dropped on, its own name last; empty where it came alone. */
export interface Found {
  file: File;
  path: string;
}

/** What was chosen, dropped or pasted. */
export interface Catch {
  files: Found[];
  /** Paths of folders in which there is nothing. */
  empty: string[];
  /** Paths of what could not be read. */
  unreadable: { path: string; error: unknown }[];
}

/** What the walk needs of a dropped item. */
export type DroppedItem = Pick<DataTransferItem, 'kind' | 'getAsFile' | 'webkitGetAsEntry'>;

/**
 * Finds the files of what was dropped, folders and all below them included. What cannot be read does not stop the rest. Has to
 * be called within the drop event: its items are gone afterwards.
 */
export async function walk(items: Iterable<DroppedItem>): Promise<Catch> {
  const roots = Array.from(items)
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: Catch = { files: [], empty: [], unreadable: [] };
  for (const { entry, file } of roots) {
    // A browser gives no entry of what a script has dropped, and cannot open that of a link: the file itself does.
    if (file && !entry?.isDirectory) found.files.push({ file, path: '' });
    else if (entry) await visit(entry, '', found);
  }
  return found;
}

/** Adds what lies at and below an entry; answers whether there was anything. */
async function visit(entry: FileSystemEntry, parent: string, found: Catch): Promise<boolean> {
  const path = parent ? `${parent}/${entry.name}` : entry.name;
  try {
    if (entry.isDirectory) return await visitFolder(entry as FileSystemDirectoryEntry, path, found);
    found.files.push({ file: await open(entry), path });
  } catch (error) {
    found.unreadable.push({ path, error });
  }
  return true;
}

async function visitFolder(folder: FileSystemDirectoryEntry, path: string, found: Catch): Promise<boolean> {
  const { length } = found.empty;
  let any = false;
  for (const entry of await entries(folder)) any = (await visit(entry, path, found)) || any;
  // Of empty folders within empty folders the outermost says it all.
  if (!any) found.empty.splice(length, Number.POSITIVE_INFINITY, path);
  return any;
}

/** All entries of a folder: a browser gives them a hundred at a time. */
async function entries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function open(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
}
