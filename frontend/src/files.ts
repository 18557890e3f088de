import type { components } from './api.d.ts';
import { problemError } from './engine/errors.ts';
import type { Api, UploadError } from './engine/index.ts';

type Schemas = components['schemas'];

/** One of the caller's files: size in bytes, modified in RFC 3339, folder without slashes at its ends. A deleted one has the version that can be restored. */
export type StoredFile = Schemas['FileList']['files'][number];
/** One version of a name; one with `deleted` is a delete marker and has no content. */
export type FileVersion = Schemas['Versions']['versions'][number];

/** Some of a list of files, and the names of folders beside them; `next` leads to the page after. Not `complete`: there was no time to look at all of them. */
export type FilePage = Schemas['FileList'];

/** Files in one page at most, in the order of their names. */
export const PAGE = 1000;
/** The same, newest first. */
export const NEWEST = 10_000;
/** Empty pages of deleted files that are passed over before one is shown as it is: each has looked through 1000 versions. */
export const LOOK = 10;

/** The caller's files, as the API shows them. */
export class Files {
  constructor(private readonly api: Api) {}

  /** A folder's own files, newest first: as many as `most`, at least PAGE. */
  list(folder: string, most: number, cursor?: string): Promise<FilePage> {
    const limit = String(Math.min(NEWEST, Math.max(PAGE, most)));
    return this.#page({ order: 'newest', limit, ...(folder ? { folder } : {}) }, cursor);
  }

  /** One page of the deleted files of all folders; `modified` is when they were deleted. It may be empty and have a `next`. */
  async listDeleted(cursor?: string): Promise<FilePage> {
    const query = { deleted: 'true', recursive: 'true', limit: String(PAGE) };
    let page = await this.#page(query, cursor);
    for (let n = 1; n < LOOK && page.files.length === 0 && page.next; n++) page = await this.#page(query, page.next);
    return page;
  }

  /** A signed address that downloads the file under its own name. */
  async url(key: string, versionId?: string): Promise<string> {
    const query = new URLSearchParams({ key, ...(versionId ? { versionId } : {}) });
    return (await this.#call<Schemas['FileURL']>('GET', `/files/url?${query}`)).url;
  }

  /** Puts a delete marker on top of the file's versions. */
  async delete(key: string): Promise<void> {
    await this.#call('DELETE', `/files?${new URLSearchParams({ key })}`);
  }

  /** Deletes exactly these; answers why not, for each that could not be. */
  async deleteAll(keys: readonly string[]): Promise<{ key: string; error: UploadError }[]> {
    const { files } = await this.#call<Schemas['DeletedFiles']>('POST', '/files/delete', { keys });
    return files.flatMap(({ key, error }) => (error ? [{ key, error: problemError(error.status, error) }] : []));
  }

  /** All versions of the name that the file of `key` has in its folder, each with its own key. Newest first. */
  async versions(key: string): Promise<FileVersion[]> {
    const query = new URLSearchParams({ key });
    return (await this.#call<Schemas['Versions']>('GET', `/files/versions?${query}`)).versions;
  }

  /** Makes a version the current one. */
  async restore(key: string, versionId: string): Promise<void> {
    await this.#call('POST', '/files/restore', { key, versionId });
  }

  /** Takes back a deletion: the newest version of this very object that has content becomes current. */
  async undelete(key: string): Promise<void> {
    const newest = (await this.versions(key)).find((version) => version.key === key && !version.deleted);
    if (!newest) throw new Error('got no version with content, want one: upload the file again');
    await this.restore(key, newest.versionId);
  }

  #page(query: Record<string, string>, cursor?: string): Promise<FilePage> {
    return this.#call('GET', `/files?${new URLSearchParams({ ...query, ...(cursor ? { cursor } : {}) })}`);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await this.api.call<T>(method, path, new AbortController().signal, body)).body;
  }
}
