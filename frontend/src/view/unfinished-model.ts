import type { Unfinished } from '../files.ts';
import type { Remembered } from './remembered.ts';

/** An upload that was begun and not finished. */
export interface Left {
  upload: Unfinished;
  /** Bytes that S3 holds; undefined while nobody has looked. */
  held: number | undefined;
  /** What this browser remembers of the file. */
  file: Remembered | undefined;
}

/** What is left of uploads, the newest first; of one name in one folder the newest alone, for it is the one that goes on. */
export function leftOf(uploads: readonly Unfinished[], remembered: readonly Remembered[], space: string): Left[] {
  const known = new Map(remembered.filter((file) => file.space === space).map((file) => [placeOf(file), file]));
  const sorted = [...uploads].sort((a, b) => (a.initiated < b.initiated ? 1 : -1));
  return sorted.map((upload) => ({ upload, held: undefined, file: known.get(placeOf(upload)) }));
}

/** Which upload a file that was chosen goes on with; undefined: with none. */
export function goesOn(lefts: readonly Left[], file: { name: string; size: number }): Left | undefined {
  const named = lefts.filter(({ upload }) => upload.name === file.name.normalize('NFC'));
  return named.find((left) => left.file?.size === file.size) ?? named.find((left) => !left.file);
}

function placeOf({ folder, name }: { folder: string; name: string }): string {
  return `${folder}/${name.normalize('NFC')}`;
}
