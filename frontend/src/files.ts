import type { components } from './api.d.ts';
import { foreignError, problemError } from './engine/errors.ts';
import type { Api, UploadError } from './engine/index.ts';
import type { Waiting } from './engine/retry.ts';

type Schemas = components['schemas'];

/** One of the caller's files: size in bytes, modified in RFC 3339, folder without slashes at its ends. A deleted one has the version that can be restored. */
export type StoredFile = Schemas['FileList']['files'][number];
/** One version of a name; one with `deleted` is a delete marker and has no content. */
export type FileVersion = Schemas['Versions']['versions'][number];
/** An upload that has not been completed: where it goes, and when it was begun (RFC 3339). */
export type Unfinished = Schemas['Uploads']['uploads'][number];

/** Some of a list of files, and the names of folders beside them; `next` leads to the page after. Not `complete`: there was no time to look at all of them. */
export type FilePage = Schemas['FileList'];

/** In which order a folder is read. */
export type Order = 'newest' | 'name';

/** What of a folder is asked for. */
export interface Asked {
  folder: string;
  order: Order;
  /** What names begin with; everything where it is empty. */
  prefix: string;
}

/** A file that something was not done with, and why. */
export interface Refusal {
  key: string;
  error: UploadError;
}

/** Nothing lies under a signed address any more. */
export function goneError(): UploadError {
  return problemError(404, { code: 'NoSuchKey', detail: 'got no file of that key, want one that is there' });
}

/** Files in one page at most, in the order of their names. */
export const PAGE = 1000;
/** The same, newest first. */
export const NEWEST = 10_000;
/** Files that one call names at most. */
export const MANY = 1000;
/** Empty pages of deleted files that are passed over before one is shown as it is: each has looked through 1000 versions. */
export const LOOK = 10;
/** Calls in which a file that a call had no time for is asked for again. */
const AGAIN = 20;

/** What somebody may do in a part of a space, and what may be uploaded there. */
export type Space = Schemas['Space'];

/** The parts of spaces that this caller sees, the own files first. */
export async function spacesOf(api: Api): Promise<Space[]> {
  return (await api.call<Schemas['Spaces']>('GET', '/spaces', new AbortController().signal)).body.spaces;
}

/** The files of a part of a space, the caller's own where it is empty, as the API shows them. */
export class Files {
  /**
   * `changed` hears of what was deleted, restored or discarded: how much is stored is another amount now. `waits` hears that a
   * call waits, for the connection or because the service is busy; it goes on by itself.
   */
  constructor(
    private readonly api: Api,
    private readonly space = '',
    private readonly changed: () => void = () => {},
    private readonly waits: (why: Waiting) => void = () => {},
  ) {}

  /** A folder's own files and the names of its folders: as many as `most` where they come newest first, at least PAGE. */
  list({ folder, order, prefix }: Asked, most: number, cursor?: string): Promise<FilePage> {
    const limit = String(order === 'name' ? PAGE : Math.min(NEWEST, Math.max(PAGE, most)));
    return this.#page({ order, limit, ...given({ prefix, folder }) }, cursor);
  }

  /** Files in a folder and in all below it whose names contain `text`, in either case. */
  search(folder: string, text: string, cursor?: string): Promise<FilePage> {
    const query = { search: text, recursive: 'true', limit: String(PAGE), ...given({ folder }) };
    return this.#looked(query, cursor);
  }

  /** All files in a folder and below it, page by page. */
  async *below(folder: string): AsyncGenerator<StoredFile[]> {
    const query = { recursive: 'true', limit: String(PAGE), ...given({ folder }) };
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page: FilePage = await this.#page(query, cursor);
      cursor = page.next;
      yield page.files;
    }
  }

  /** One page of the deleted files in a folder and in all below it; `modified` is when they were deleted. It may be empty and have a `next`. */
  listDeleted(folder: string, cursor?: string, search = ''): Promise<FilePage> {
    const query = { deleted: 'true', recursive: 'true', limit: String(PAGE), ...given({ search, folder }) };
    return this.#looked(query, cursor);
  }

  /** A signed address that downloads the file under its own name. */
  url(key: string, versionId?: string): Promise<string> {
    return this.#url({ key, ...(versionId ? { versionId } : {}) });
  }

  /** A signed address under which a browser shows the file. Rejects (TypeForbidden) where its type could run script, or is none that browsers show. */
  shown(key: string): Promise<string> {
    return this.#url({ key, inline: 'true' });
  }

  /** Who uploaded a file, by S3's own word; empty where nobody but the owner writes. */
  async uploader(key: string): Promise<string> {
    return (await this.#call<Schemas['FileInfo']>('GET', `/files/info?${new URLSearchParams({ key })}`)).uploader ?? '';
  }

  /** Uploads that have been begun and not completed. */
  async unfinished(): Promise<Unfinished[]> {
    const all: Unfinished[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const query = new URLSearchParams(given({ space: this.space, cursor }));
      const page = await this.#ask<Schemas['Uploads']>('uploads', 'GET', `/uploads?${query}`);
      all.push(...page.uploads);
      cursor = page.next;
    }
    return all;
  }

  /** Bytes that S3 holds of an upload. */
  async held({ key, uploadId }: Unfinished): Promise<number> {
    const query = new URLSearchParams({ key, uploadId });
    const { parts } = await this.#ask<Schemas['Parts']>('parts', 'GET', `/uploads/parts?${query}`);
    return parts.reduce((sum, { size }) => sum + size, 0);
  }

  /** Deletes what S3 holds of an upload. */
  async discard({ key, uploadId }: Unfinished): Promise<void> {
    await this.#call('DELETE', `/uploads?${new URLSearchParams({ key, uploadId })}`);
    this.changed();
  }

  /** Puts a delete marker on top of the file's versions. */
  async delete(key: string): Promise<void> {
    await this.#call('DELETE', `/files?${new URLSearchParams({ key })}`);
    this.changed();
  }

  /** Deletes exactly these; answers why not, for each that could not be. */
  deleteAll(keys: readonly string[]): Promise<Refusal[]> {
    return this.#rows(keys, async (some) => {
      const { files } = await this.#ask<Schemas['DeletedFiles']>('files', 'POST', '/files/delete', { keys: some });
      return files;
    });
  }

  /** Gives a file another folder, another name, or both; answers its new key. Large ones take several calls. */
  async move(key: string, to: { folder?: string; name?: string }): Promise<string> {
    return (await this.#ask<Schemas['Moved']>('key', 'POST', '/files/move', { key, ...to })).key;
  }

  /** All versions of the name that the file of `key` has in its folder, each with its own key. Newest first. */
  async versions(key: string): Promise<FileVersion[]> {
    const query = new URLSearchParams({ key });
    return (await this.#ask<Schemas['Versions']>('versions', 'GET', `/files/versions?${query}`)).versions;
  }

  /** Makes a version the current one. */
  async restore(key: string, versionId: string): Promise<void> {
    await this.#call('POST', '/files/restore', { key, versionId });
    this.changed();
  }

  /** Makes the versions of deleted files current; answers why not, for each that could not be. */
  restoreAll(files: readonly { key: string; versionId: string }[]): Promise<Refusal[]> {
    return this.#rows(files, async (some) => {
      const rows = some.map(({ key, versionId }) => ({ key, versionId }));
      return (await this.#ask<Schemas['RestoredFiles']>('files', 'POST', '/files/restore', { files: rows })).files;
    });
  }

  /** Takes back a deletion: the newest version of this very object that has content becomes current. */
  async undelete(key: string): Promise<void> {
    const newest = (await this.versions(key)).find((version) => version.key === key && !version.deleted);
    if (!newest) throw new Error('got no version with content, want one: upload the file again');
    await this.restore(key, newest.versionId);
  }

  /** Does something with rows, MANY a call, and again with those that a call had no time for. */
  async #rows<Row extends string | { key: string }>(
    rows: readonly Row[],
    act: (some: readonly Row[]) => Promise<{ key: string; error?: Schemas['Problem'] }[]>,
  ): Promise<Refusal[]> {
    const refused: Refusal[] = [];
    const waiting = [...rows];
    for (let calls = 0; waiting.length > 0; calls++) {
      const some = waiting.splice(0, MANY);
      const answers = await act(some);
      answers.forEach(({ key, error }, i) => {
        const row = some[i];
        const late = error?.code === 'SlowDown' && calls < AGAIN + rows.length / MANY;
        if (late && row !== undefined) waiting.push(row);
        else if (error) refused.push({ key, error: problemError(error.status, error) });
      });
    }
    this.changed();
    return refused;
  }

  /** A page, those passed over that are empty and have a `next`. */
  async #looked(query: Record<string, string>, cursor?: string): Promise<FilePage> {
    let page = await this.#page(query, cursor);
    for (let n = 1; n < LOOK && page.files.length === 0 && page.next; n++) page = await this.#page(query, page.next);
    return page;
  }

  async #url(query: Record<string, string>): Promise<string> {
    return (await this.#ask<Schemas['FileURL']>('url', 'GET', `/files/url?${new URLSearchParams(query)}`)).url;
  }

  #page(query: Record<string, string>, cursor?: string): Promise<FilePage> {
    const all = { ...query, ...given({ space: this.space, cursor }) };
    return this.#ask<FilePage>('files', 'GET', `/files?${new URLSearchParams(all)}`);
  }

  /** Calls; an answer without what is asked for is not the service's. */
  async #ask<T extends object>(what: keyof T, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.#call<T>(method, path, body);
    if (answer[what] === undefined) throw foreignError();
    return answer;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    let pauses = 0;
    const told = (why?: Waiting) => {
      // A first pause is over before anybody has read of it, unless there is no network at all.
      if (why && (++pauses > 1 || !navigator.onLine)) this.waits(why);
    };
    return (await this.api.call<T>(method, path, new AbortController().signal, body, told)).body;
  }
}

/** Those parameters that say something. */
function given(query: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1])));
}
