import type { FilePage } from '../files.ts';
import {
  emptyListing,
  type Fresh,
  hasMore,
  type Listing,
  latestStored,
  visible,
  withDeleted,
  withFirstPage,
  withFolders,
  withMoreShown,
  withNextPage,
  withoutChanged,
  withStored,
} from './files-model.ts';

/** What a reader is made with. */
export interface ReaderOptions {
  /** Whether it reads the deleted files. */
  deleted: boolean;
  /** What this page has stored of them already; default: nothing. */
  stored?: readonly Fresh[];
  /** Reads a page, the first one without a cursor: of about `most` files, as far as the API gives so many. */
  read(cursor: string | undefined, most: number): Promise<FilePage>;
  /** Called after every change of what is known. */
  changed(): void;
  /** Called when the list has been read. */
  succeeded(): void;
  /** Called when a page could not be read. What was known stays. */
  failed(error: unknown): void;
}

/** Reads one list of files, page by page, and keeps what is known of it. */
export class FilesReader {
  /** `failed`: not even the first reading succeeded. */
  state: 'loading' | 'ready' | 'failed' = 'loading';
  #listing: Listing;
  #reading: Promise<void> | undefined;
  #again = false;

  constructor(private readonly options: ReaderOptions) {
    this.#listing = withStored(emptyListing(options.deleted), options.stored ?? []);
  }

  get listing(): Listing {
    return this.#listing;
  }

  /** Reads the list again, as far as it was read before. Calls that come while it is being read are answered by one more reading after it. */
  refresh(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#first().finally(() => {
      this.#reading = undefined;
      if (!this.#again) return;
      this.#again = false;
      void this.refresh();
    });
    return this.#reading;
  }

  async #first(): Promise<void> {
    const since = latestStored(this.#listing);
    try {
      const page = await this.#pages(this.#listing.rows.length);
      this.#listing = withFirstPage(this.#listing, page, since);
      this.state = 'ready';
      this.options.succeeded();
    } catch (error) {
      if (this.state === 'loading') this.state = 'failed';
      this.options.failed(error);
    }
    this.options.changed();
  }

  /** Pages from the first one on as one, until they have `count` files. */
  async #pages(count: number): Promise<FilePage> {
    let whole = await this.options.read(undefined, count);
    while (whole.next && whole.files.length < count) {
      const page = await this.options.read(whole.next, count - whole.files.length);
      const known = new Set(whole.files.map(({ key }) => key));
      const files = [...whole.files, ...page.files.filter(({ key }) => !known.has(key))];
      whole = { ...page, folders: [...whole.folders, ...page.folders], files };
    }
    return whole;
  }

  /** Shows more rows, reading a page where none are left. Answers how many came; undefined when the page could not be read. */
  async more(): Promise<number | undefined> {
    const before = this.#count;
    const { rows, folders, next, shown } = this.#listing;
    if (shown < Math.max(rows.length, folders.length) || !next) {
      this.#listing = withMoreShown(this.#listing);
    } else {
      try {
        this.#listing = withNextPage(this.#listing, await this.options.read(next, 0));
      } catch (error) {
        this.options.failed(error);
        return undefined;
      }
    }
    this.options.changed();
    return this.#count - before;
  }

  /** Puts files on top that this page has just stored, and shows folders that have come to be with others. */
  store(files: readonly Fresh[], folders: readonly string[]): void {
    this.#listing = withFolders(withStored(this.#listing, files), folders);
    this.options.changed();
  }

  /** Marks a row after its file was deleted or restored. */
  mark(key: string, deleted: boolean): void {
    this.#listing = withDeleted(this.#listing, key, deleted);
    this.options.changed();
  }

  /** Lets rows go that stayed only because they were changed on this page. */
  settle(): void {
    this.#listing = withoutChanged(this.#listing);
    this.options.changed();
  }

  get hasMore(): boolean {
    return hasMore(this.#listing);
  }

  get #count(): number {
    const { folders, rows } = visible(this.#listing);
    return folders.length + rows.length;
  }
}
