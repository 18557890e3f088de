import type { Files, FileVersion } from '../files.ts';

/** What else there is of the name of a file that is up. */
export interface Others {
  /** Versions of the name that have content, deleted ones and this one included. */
  versions: number;
  /** The one other file of that name that is there; undefined where there is none, or more than one. */
  older?: FileVersion | undefined;
}

/** Looks for what else has the name that the file of `key` has in its folder. */
export async function othersOf(files: Pick<Files, 'versions'>, key: string): Promise<Others> {
  const versions = (await files.versions(key)).filter(({ deleted }) => !deleted);
  const there = versions.filter((version) => version.latest && version.key !== key);
  return { versions: versions.length, older: there.length === 1 ? there[0] : undefined };
}
