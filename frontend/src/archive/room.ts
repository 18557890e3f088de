import { MEMORY, memory, writerOf } from './room-writers.ts';

/** The folder of the origin's private file system in which archives are made. */
const FOLDER = 'signet-archives';
/** Milliseconds after which an archive that nobody fetched, or that the browser has saved, is removed. */
const KEPT = 3_600_000;

/** Somewhere to write an archive to, piece by piece. */
export interface Room {
  stream: WritableStream<Uint8Array>;
  /** Gives it to the person once it is written; nothing where it lies already where the person wanted it. */
  hand(): Promise<void>;
  /** Forgets what was written. */
  drop(): Promise<void>;
}

/** A browser has no place for an archive. */
export class NoRoom extends Error {
  /** Bytes of the archive, about. */
  constructor(readonly size: number) {
    super('got a browser that has no room for the archive, want one that has: download the files one by one');
  }
}

type Picker = (options: object) => Promise<FileSystemFileHandle>;

/**
 * Finds room for an archive of about `size` bytes: the browser's own private files, from which it saves it, or where these
 * are too small a place that the person chooses, or memory for a small one. Undefined where the person chose none; rejects
 * where the browser has no room.
 */
export async function roomFor(name: string, size: number): Promise<Room | undefined> {
  const own = await privateRoom(name, size).catch(() => undefined);
  if (own) return own;
  const { showSaveFilePicker: pick } = window as { showSaveFilePicker?: Picker };
  if (!pick && size <= MEMORY) {
    const { stream, file } = memory();
    return { stream, hand: async () => save(file(), name), drop: async () => {} };
  }
  if (!pick) throw new NoRoom(size);
  const types = [{ accept: { 'application/zip': ['.zip'] } }];
  try {
    const handle = await pick.call(window, { suggestedName: name, types });
    const stream = await handle.createWritable();
    return { stream, hand: async () => {}, drop: () => stream.abort().catch(() => {}) };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** Removes archives that this browser still keeps. */
export async function forgetArchives(older = 0): Promise<void> {
  const root = await navigator.storage?.getDirectory?.();
  const folder = await root?.getDirectoryHandle(FOLDER).catch(() => undefined);
  if (!root || !folder) return;
  if (older === 0) return root.removeEntry(FOLDER, { recursive: true });
  for await (const [name, handle] of entries(folder)) {
    const file = handle instanceof FileSystemFileHandle ? await handle.getFile() : undefined;
    if (!file || Date.now() - file.lastModified > older) await folder.removeEntry(name, { recursive: true });
  }
}

async function privateRoom(name: string, size: number): Promise<Room | undefined> {
  await forgetArchives(KEPT).catch(() => {});
  // Some browsers do not tell how much there is.
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = (await navigator.storage.estimate?.()) ?? {};
  if (quota - usage < size) return undefined;
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const own = crypto.randomUUID();
  const handle = await folder.getFileHandle(own, { create: true });
  const forget = () => folder.removeEntry(own).catch(() => {});
  const stream = await writerOf(handle, FOLDER).catch(async (error) => {
    await forget();
    throw error;
  });
  const drop = async () => {
    await stream.abort().catch(() => {});
    await forget();
  };
  return { stream, hand: async () => save(await handle.getFile(), name), drop };
}

/** Has the browser save a file. It copies it, so what lies in the private files has to stay for a while. */
function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

/** Entries of a folder; TypeScript does not know yet that it can be gone through. */
function entries(folder: FileSystemDirectoryHandle): AsyncIterable<[string, FileSystemHandle]> {
  return (folder as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries();
}
