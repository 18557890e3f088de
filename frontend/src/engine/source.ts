import type { PresignRequest } from './contract.ts';

/** What the engine needs to know of a file. `body` is only ever sliced, never read whole. */
export interface SourceFile {
  /** The file's name. A relative path, with either slash, names folders below `folder` too. */
  name: string;
  /** Where it goes within the caller's part, such as `photos/2026`; default: the root. */
  folder?: string;
  /** The space that it goes to; default: the caller's own files. */
  space?: string;
  /** Media type; empty when unknown. */
  type: string;
  /** Milliseconds since 1970; 0 when unknown. */
  lastModified: number;
  body: Blob;
}

/** Where a file goes, as every request that begins one says it. */
export function placeOf({ name, folder, space }: SourceFile): Pick<PresignRequest, 'name' | 'folder' | 'space'> {
  return { name, ...(folder ? { folder } : {}), ...(space ? { space } : {}) };
}

/** The turn that an upload waits for: one place, one name, one id. */
export function turnOf({ name, folder = '', space = '' }: SourceFile, id: string): string {
  return [space, folder, name, id].join('\n');
}
