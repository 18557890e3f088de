/** What "my files" shows: a folder, or the deleted files. The address bar says it, so that a reload, a bookmark and "back" keep it. */
export interface Address {
  /** Part of a space, as the API names it; the caller's own files where it is empty. */
  space: string;
  deleted: boolean;
  /** Path within the caller's part; empty for the root, and with `deleted`. */
  folder: string;
}

const FILES = '#files';
const DELETED = '#deleted';

/** Reads the part of an address behind its path. Anything unknown is the root. */
export function addressOf(hash: string): Address {
  const [root = '', ...segments] = hash.split('/');
  const [kind, named = ''] = root.split('@', 2);
  const space = decoded(named);
  if (kind === DELETED && segments.length === 0) return { space, deleted: true, folder: '' };
  if (kind !== FILES) return { space: '', deleted: false, folder: '' };
  return { space, deleted: false, folder: segments.filter(Boolean).map(decoded).join('/') };
}

/** The same the other way. */
export function hashOf({ space, deleted, folder }: Address): string {
  const named = space ? `@${encodeURIComponent(space)}` : '';
  if (deleted) return DELETED + named;
  return [FILES + named, ...folder.split('/').filter(Boolean).map(encodeURIComponent)].join('/');
}

/** A folder and those that it lies in, outermost first, without the root. */
export function trailOf(folder: string): { name: string; folder: string }[] {
  const names = folder.split('/').filter(Boolean);
  return names.map((name, i) => ({ name, folder: names.slice(0, i + 1).join('/') }));
}

/** The same of folders below `root` alone. */
export function within(root: string, folder: string): { name: string; folder: string }[] {
  return trailOf(folder).slice(trailOf(root).length);
}

/** The name of the folder directly in `parent` that `folder` lies in or is; undefined where it lies elsewhere. */
export function childOf(parent: string, folder: string): string | undefined {
  const inside = parent === '' ? folder : folder.startsWith(`${parent}/`) ? folder.slice(parent.length + 1) : '';
  return inside.split('/')[0] || undefined;
}

/** Puts paths behind each other; empty ones are left out. */
export function joined(...paths: string[]): string {
  return paths.filter(Boolean).join('/');
}

/** Somebody may have typed it by hand. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
