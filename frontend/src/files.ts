import type { components } from './api.d.ts';
import type { Api } from './engine/index.ts';

type Schemas = components['schemas'];

/** One of the caller's files: size in bytes, modified in RFC 3339. */
export type StoredFile = Schemas['FileList']['files'][number];
/** One version of a file; one with `deleted` is a delete marker and has no content. */
export type FileVersion = Schemas['Versions']['versions'][number];

/** The caller's files, as the API shows them. */
export class Files {
  constructor(private readonly api: Api) {}

  /** One page, S3's largest; `next` leads to the one after. */
  async list(cursor?: string): Promise<Schemas['FileList']> {
    const query = new URLSearchParams({ limit: '1000', ...(cursor ? { cursor } : {}) });
    return this.#call('GET', `/files?${query}`);
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

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await this.api.call<T>(method, path, new AbortController().signal, body)).body;
  }
}
