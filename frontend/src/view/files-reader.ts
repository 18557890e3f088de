import type { FilePage } from '../files.ts';
import {
  emptyListing,
  hasMore,
  type Listing,
  visible,
  withDeleted,
  withFirstPage,
  withMoreShown,
  withNextPage,
  withoutChanged,
} from './files-model.ts';

/** What a reader is made with. */
export interface ReaderOptions {
  /** Whether it reads the deleted files. */
  deleted: boolean;
  /** Reads a page: the first one without a cursor. */
  read(cursor?: string): Promise<FilePage>;
  /** Called after every change of what is known. */
  changed(): void;
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
    this.#listing = emptyListing(options.deleted);
  }

  get listing(): Listing {
    return this.#listing;
  }

  /** Reads the list again. Calls that come while it is being read are answered by one more reading after it. */
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
    try {
      const { files, next } = await this.options.read();
      this.#listing = withFirstPage(this.#listing, files, next);
      this.state = 'ready';
    } catch (error) {
      if (this.state === 'loading') this.state = 'failed';
      this.options.failed(error);
    }
    this.options.changed();
  }

  /** Shows more rows, reading a page where none are left. Answers how many came; undefined when the page could not be read. */
  async more(): Promise<number | undefined> {
    const before = visible(this.#listing).length;
    const { rows, next, shown } = this.#listing;
    if (shown < rows.length || !next) {
      this.#listing = withMoreShown(this.#listing);
    } else {
      try {
        const page = await this.options.read(next);
        this.#listing = withNextPage(this.#listing, page.files, page.next);
      } catch (error) {
        this.options.failed(error);
        return undefined;
      }
    }
    this.options.changed();
    return visible(this.#listing).length - before;
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
}
