import type { UploadItem } from '../uploads/item.ts';

/** Stands among the ids of the list for the files that are folded together. */
export const FOLD = 'fold';
/** Files that are up from which on they fold: where there is room a few may be looked at one by one. */
const LEAST = { narrow: 2, wide: 4 };

/** The files that are folded together. */
export interface Fold {
  ids: readonly string[];
  /** Of all of them. */
  bytes: number;
  open: boolean;
}

/** The list as it is shown. */
export interface Lines {
  /** Of files, and FOLD where there is one. */
  ids: readonly string[];
  fold?: Fold;
}

/** How files are folded. */
export interface Folding {
  /** Whether the list is as narrow as on a phone. */
  narrow: boolean;
  open: boolean;
  /** Whether a file that is up asks something: it stays in sight. */
  asks(id: string): boolean;
}

/**
 * The files in the order in which they are looked for: what moves, what failed, what is up; each as it was chosen. What is
 * up folds together, so that what moves is in sight however much has gone before it.
 */
export function linesOf(items: readonly UploadItem[], { narrow, open, asks }: Folding): Lines {
  const [moving, failed, asking, up]: [string[], string[], string[], UploadItem[]] = [[], [], [], []];
  for (const item of items) {
    if (item.state === 'failed') failed.push(item.id);
    else if (item.state !== 'stored') moving.push(item.id);
    else if (asks(item.id)) asking.push(item.id);
    else up.push(item);
  }
  const ids = up.map(({ id }) => id);
  const first = [...moving, ...failed, ...asking];
  if (up.length < LEAST[narrow ? 'narrow' : 'wide']) return { ids: [...first, ...ids] };
  const bytes = up.reduce((sum, { total }) => sum + total, 0);
  return { ids: [...first, FOLD, ...(open ? ids : [])], fold: { ids, bytes, open } };
}
