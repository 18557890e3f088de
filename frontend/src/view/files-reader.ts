import type { FilePage, Order } from '../files.ts';
import {
  emptyListing,
  type Fresh,
  type Listing,
  latestStored,
  type Place,
  withDeleted,
  withFirstPage,
  withFolders,
  withMoved,
  withNextPage,
  without,
  withoutChanged,
  withStored,
} from './files-model.ts';

/** What a reader is made with. */
export interface ReaderOptions {
  /** Whether it reads the deleted files. */
  deleted: boolean;
  /** Default: newest first. */
  order?: Order;
  /** What this page has stored of them already; default: nothing. */
  stored?: readonly Fresh[];
  /**
   * Reads a page, the first one without a cursor: of about `most` files, as far as the API gives so many. With `early`, nothing
   * is known yet, and whatever comes sooner than the page may be handed over meanwhile.
   */
  read(cursor: string | undefined, most: number, early?: (page: FilePage) => void): Promise<FilePage>;
  /** Called after every change of what is known. */
  changed(): void;
  /** Called when the list has been read. */
  succeeded(): void;
  /** Called when a page could not be read. What was known stays. */
  failed(error: unknown): void;
}

/** Reads one list of files, page by page, and keeps what is known of it. */
export class FilesReader {
  /** `early`: something can be seen, but it is not what it will be; `failed`: not even the first reading succeeded. */
  state: 'loading' | 'early' | 'ready' | 'failed' = 'loading';
  #listing: Listing;
  #reading: Promise<void> | undefined;
  #more: Promise<number | undefined> | undefined;
  #again = false;

  constructor(private readonly options: ReaderOptions) {
    this.#listing = withStored(emptyListing(options.deleted, options.order), options.stored ?? []);
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
      if (this.state === 'loading' || this.state === 'early') this.state = 'failed';
      this.options.failed(error);
    }
    this.options.changed();
  }

  /** Pages from the first one on as one, until they have `count` files. */
  async #pages(count: number): Promise<FilePage> {
    const early = (page: FilePage) => {
      this.state = 'early';
      this.#set(withFirstPage(this.#listing, page, 0));
    };
    let whole = await this.options.read(undefined, count, this.state === 'ready' ? undefined : early);
    while (whole.next && whole.files.length < count) {
      const page = await this.options.read(whole.next, count - whole.files.length);
      const known = new Set(whole.files.map(({ key }) => key));
      const files = [...whole.files, ...page.files.filter(({ key }) => !known.has(key))];
      whole = { ...page, folders: [...whole.folders, ...page.folders], files };
    }
    return whole;
  }

  /** Reads one page more, of about `most` files. Answers how many entries came; undefined when it could not be read. Calls that come meanwhile have the same answer. */
  more(most = 0): Promise<number | undefined> {
    this.#more ??= this.#next(most).finally(() => {
      this.#more = undefined;
    });
    return this.#more;
  }

  async #next(most: number): Promise<number | undefined> {
    const before = this.#count;
    const { next } = this.#listing;
    if (!next) return 0;
    try {
      this.#listing = withNextPage(this.#listing, await this.options.read(next, most));
    } catch (error) {
      this.options.failed(error);
      return undefined;
    }
    this.options.changed();
    return this.#count - before;
  }

  /** Shows files that this page has just stored, and folders that have come to be with others. */
  store(files: readonly Fresh[], folders: readonly string[]): void {
    this.#set(withFolders(withStored(this.#listing, files), folders));
  }

  /** Marks rows after their files were deleted or restored. */
  mark(keys: readonly string[], deleted: boolean): void {
    this.#set(withDeleted(this.#listing, keys, deleted));
  }

  /** Takes files and folders off that are somewhere else now. */
  drop(keys: readonly string[], folders: readonly string[] = []): void {
    this.#set(without(this.#listing, new Set(keys), new Set(folders)));
  }

  /** Shows where files are now, in the places where they stood. */
  move(moved: ReadonlyMap<string, Place>): void {
    this.#set(withMoved(this.#listing, moved));
  }

  /** Lets rows go that stayed only because they were changed on this page. */
  settle(): void {
    this.#set(withoutChanged(this.#listing));
  }

  #set(listing: Listing): void {
    this.#listing = listing;
    this.options.changed();
  }

  get #count(): number {
    const { folders, rows } = this.#listing;
    return folders.length + rows.length;
  }
}
