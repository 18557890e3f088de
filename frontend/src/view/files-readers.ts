import type { Fresh, Place } from './files-model.ts';
import type { FilesReader } from './files-reader.ts';

/**
 * All lists that a file of the shown one may be in: what is done with it is done in each, so that none that is shown again
 * afterwards tells what was before. They are those of one moment: whoever waits for an answer may be elsewhere then.
 */
export class FilesReaders {
  /** `home` is the folder, `narrow` what of it begins with what was typed, `found` what was looked for, which is shown then. */
  constructor(
    private readonly home: FilesReader,
    private readonly narrow?: FilesReader,
    private readonly found?: FilesReader,
  ) {}

  refresh(): Promise<void> {
    return (this.found ?? this.home).refresh();
  }

  /** Marks rows after their files were deleted or restored. */
  mark(keys: readonly string[], deleted: boolean): void {
    for (const reader of [this.home, this.narrow, this.found]) reader?.mark(keys, deleted);
  }

  /** Files are somewhere else now, or are called something else: what was found tells where, the folder has them no more. */
  move(moved: ReadonlyMap<string, Place>): void {
    for (const reader of [this.home, this.narrow]) reader?.drop([...moved.keys()]);
    this.found?.move(moved);
  }

  /** Takes folders off of which nothing is left. */
  dropFolders(names: readonly string[]): void {
    for (const reader of [this.home, this.narrow]) reader?.drop([], names);
  }

  /** Shows files that this page has just stored, and folders that have come to be with others. */
  store(files: readonly Fresh[], folders: readonly string[]): void {
    this.home.store(files, folders);
  }
}
