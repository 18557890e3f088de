import type { components } from './api.d.ts';
import type { Api } from './engine/index.ts';

type Schemas = components['schemas'];

/** One of the caller's files: size in bytes, modified in RFC 3339. */
export type StoredFile = Schemas['FileList']['files'][number];
/** One version of a file; one with `deleted` is a delete marker and has no content. */
export type FileVersion = Schemas['Versions']['versions'][number];

/** Some of a list of files; `next` leads to the page after. */
export type FilePage = Schemas['FileList'];

/** Empty pages of deleted files that are passed over before one is shown as it is: each has looked through 1000 versions. */
export const LOOK = 10;

/** The caller's files, as the API shows them. */
export class Files {
  constructor(private readonly api: Api) {}

  /** One page, S3's largest. */
  async list(cursor?: string): Promise<FilePage> {
    return this.#page(cursor);
  }

  /** One page of the deleted files: no sizes, and `modified` is when they were deleted. It may be empty and have a `next`. */
  async listDeleted(cursor?: string): Promise<FilePage> {
    let page = await this.#page(cursor, true);
    for (let n = 1; n < LOOK && page.files.length === 0 && page.next; n++) page = await this.#page(page.next, true);
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

  /** Newest first. */
  async versions(key: string): Promise<FileVersion[]> {
    const query = new URLSearchParams({ key });
    return (await this.#call<Schemas['Versions']>('GET', `/files/versions?${query}`)).versions;
  }

  /** Makes a version the current one. */
  async restore(key: string, versionId: string): Promise<void> {
    await this.#call('POST', '/files/restore', { key, versionId });
  }

  /** Takes back a deletion: the newest version with content becomes current. */
  async undelete(key: string): Promise<void> {
    const newest = (await this.versions(key)).find(({ deleted }) => !deleted);
    if (!newest) throw new Error('got no version with content, want one: upload the file again');
    await this.restore(key, newest.versionId);
  }

  #page(cursor?: string, deleted = false): Promise<FilePage> {
    const query = new URLSearchParams({ limit: '1000' });
    if (deleted) query.set('deleted', 'true');
    if (cursor) query.set('cursor', cursor);
    return this.#call('GET', `/files?${query}`);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await this.api.call<T>(method, path, new AbortController().signal, body)).body;
  }
}
