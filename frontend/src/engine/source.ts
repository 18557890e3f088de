import type { PresignRequest } from './contract.ts';
import { mediaType } from './media.ts';

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
  /** What S3 keeps beside the file, at most 2 KiB of names and values. */
  metadata?: Record<string, string>;
  body: Blob;
}

/** What the engine takes a browser's File for, of whatever frame: one of a chosen folder goes into that folder, below `where.folder`. */
export function sourceOf(
  file: File | SourceFile,
  where: Partial<Pick<SourceFile, 'space' | 'folder' | 'metadata'>> = {},
): SourceFile {
  if ('body' in file) return { ...where, ...file, body: ours(file.body) };
  const path = (file.webkitRelativePath ?? '').split('/').slice(0, -1);
  const folder = [where.folder ?? '', ...path].filter(Boolean).join('/');
  // A Blob that is no File has neither name nor time.
  const { lastModified = 0 } = file;
  const name = fileName(file.name ?? '');
  const type = mediaType(name, file.type);
  return { ...where, name, type, lastModified, body: ours(file), ...(folder ? { folder } : {}) };
}

/** The same bytes as a Blob of this page: one of a frame's own is no instance of ours. */
function ours(body: Blob): Blob {
  return body instanceof Blob ? body : new Blob([body]);
}

/** A file's own name, which is no path: a slash in it, of either kind, is not ours to take for a folder. */
export function fileName(name: string): string {
  return name.replace(/^.*[/\\]/s, '') || 'file';
}

/** Where a file goes and what goes with it, as every request that begins one says it. */
export function placeOf({
  name,
  folder,
  space,
  metadata,
}: SourceFile): Pick<PresignRequest, 'name' | 'folder' | 'space' | 'metadata'> {
  return { name, ...(folder ? { folder } : {}), ...(space ? { space } : {}), ...(metadata ? { metadata } : {}) };
}

/** The turn that an upload waits for: one place, one name, one id. */
export function turnOf({ name, folder = '', space = '' }: SourceFile, id: string): string {
  return [space, folder, name, id].join('\n');
}
