import type { Files, StoredFile } from '../files.ts';

/** A file of an archive. */
export interface Member {
  file: StoredFile;
  /** Its path within the archive. */
  path: string;
}

/** Gives each file a path of its own within an archive: where two would have the same, the second is called "name (2)". */
export class Paths {
  readonly #taken = new Set<string>();

  /** The path for a file in a folder of the archive. */
  of(folder: string, name: string): string {
    const dot = name.lastIndexOf('.');
    const [stem, ext] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    for (let n = 1; ; n++) {
      const path = [folder, n === 1 ? name : `${stem} (${n})${ext}`].filter(Boolean).join('/');
      // Some systems take letters of either case for one.
      const same = path.normalize('NFC').toLowerCase();
      if (this.#taken.has(same)) continue;
      this.#taken.add(same);
      return path;
    }
  }
}

/** All files of an archive: those named, and those in folders (paths) and below them. `root` is where the paths within it begin. */
export async function* members(
  source: Pick<Files, 'below'>,
  root: string,
  files: readonly StoredFile[],
  folders: readonly string[],
): AsyncGenerator<Member> {
  const paths = new Paths();
  const inside = (folder: string) => (root === '' ? folder : folder === root ? '' : folder.slice(root.length + 1));
  for (const file of files) yield { file, path: paths.of('', file.name) };
  for (const folder of folders) {
    for await (const some of source.below(folder)) {
      for (const file of some) yield { file, path: paths.of(inside(file.folder), file.name) };
    }
  }
}
