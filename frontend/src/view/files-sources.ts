import type { Order } from '../files.ts';
import type { Key } from '../i18n/index.ts';
import type { Address } from './files-address.ts';
import type { FilesContext } from './files-context.ts';
import { beginningWith, type Fresh, type Listing, united } from './files-model.ts';
import { FilesReader, type ReaderOptions } from './files-reader.ts';
import { FilesReaders } from './files-readers.ts';

/** Files that a page further down brings where they come newest first: all that one answer may hold. */
const FURTHER = 10_000;

/** What the sources need of the list that shows them. */
interface Shown {
  /** What this page has stored, oldest first. */
  stored(): Fresh[];
  changed(): void;
  failed(what: Key, error: unknown): void;
}

/** Where the list takes its lines from: the folder that the address says, in an order; the deleted files; what somebody types or looks for. */
export class FilesSources {
  #address: Address;
  #order: Order = 'newest';
  /** What `present` lists; the deleted files may be shown meanwhile. */
  #folder: string;
  #present: FilesReader;
  #deleted: FilesReader;
  /** What is typed, and what of the folder begins with it as far as the folder is not known whole. */
  #typed = '';
  #narrow: FilesReader | undefined;
  /** The reader that gave nothing more when it was last asked by itself. */
  #dry: FilesReader | undefined;
  /** What a search has found. */
  #found: FilesReader | undefined;

  constructor(
    private readonly context: FilesContext,
    private readonly shown: Shown,
  ) {
    this.#address = context.way.address;
    this.#folder = this.#address.folder;
    this.#present = this.#open();
    this.#deleted = this.#openDeleted('');
  }

  /** Of the folder that is shown, or was shown before the deleted files. */
  get present(): FilesReader {
    return this.#present;
  }

  /** Its path. */
  get home(): string {
    return this.#folder;
  }

  /** The folder that is shown; the deleted files are those of all. */
  get folder(): string {
    return this.deleted ? '' : this.#folder;
  }

  get deleted(): boolean {
    return this.#address.deleted;
  }

  /** Whether the lines come from several folders. */
  get placed(): boolean {
    return this.deleted || this.#found !== undefined;
  }

  /** Whether only some lines are shown, because of what somebody has typed. */
  get narrowed(): boolean {
    return this.#typed !== '' || this.#found !== undefined;
  }

  get reader(): FilesReader {
    return this.#found ?? (this.deleted ? this.#deleted : this.#present);
  }

  /** All that may hold a file which is shown. */
  get readers(): FilesReaders {
    return this.deleted
      ? new FilesReaders(this.#deleted, undefined, this.#found)
      : new FilesReaders(this.#present, this.#narrow, this.#found);
  }

  get state(): FilesReader['state'] {
    const { state } = this.reader;
    return state === 'ready' && this.#narrow && this.listing.rows.length === 0 ? this.#narrow.state : state;
  }

  /** What is to be shown. */
  get listing(): Listing {
    const { listing } = this.reader;
    if (this.#typed === '' || this.#found) return listing;
    const known = beginningWith(listing, this.#typed);
    return this.#narrow ? united(known, this.#narrow.listing) : known;
  }

  go(address: Address): void {
    this.#address = address;
    this.#found = undefined;
    if (address.deleted || address.folder === this.#folder) return;
    this.#folder = address.folder;
    this.#present = this.#open();
  }

  sort(order: Order): void {
    this.#order = order;
    this.#present = this.#open();
    this.type(this.#typed);
  }

  /** Shows what begins with `text`: at once what is known, and where the folder is not known whole, what the service finds. */
  type(text: string): void {
    this.#typed = text;
    this.#found = undefined;
    const whole = this.reader.state === 'ready' && this.reader.listing.next === undefined;
    this.#narrow = text === '' || this.deleted || whole ? undefined : this.#open(text);
    void this.#narrow?.refresh();
    this.shown.changed();
  }

  /** Looks for `text` anywhere in names, in the folder and all below it. */
  search(text: string): void {
    const { files, root } = this.context;
    const { deleted } = this;
    const folder = this.#folder;
    this.#found = undefined;
    if (text !== '') {
      this.#found = this.#reader('searchFailed', deleted, [], (cursor) =>
        deleted ? files.listDeleted(root.folder, cursor, text) : files.search(folder, text, cursor),
      );
      void this.#found.refresh();
    }
    this.shown.changed();
  }

  refresh(): Promise<void> {
    void this.#narrow?.refresh();
    return this.reader.refresh();
  }

  /** Reads on. Answers how many lines came; undefined where they could not be read. */
  more(): Promise<number | undefined> {
    return (this.#narrow ?? this.reader).more(FURTHER);
  }

  /** Reads on because the end is near what is seen. Where nothing came, or it failed, somebody has to ask for more. */
  async near(): Promise<void> {
    const { reader } = this;
    if (reader.state !== 'ready' || this.listing.next === undefined || this.#dry === reader) return;
    if (!(await this.more())) this.#dry = reader;
  }

  #open(prefix = ''): FilesReader {
    const [folder, order] = [this.#folder, this.#order];
    const stored = prefix === '' ? this.shown.stored().filter((file) => file.folder === folder) : [];
    return this.#reader('filesFailed', false, stored, async (cursor, most, early) => {
      const { files } = this.context;
      if (early && order === 'newest') {
        // One request to S3, where the newest of many take one for every thousand. Most folders are whole with it.
        const named = await files.list({ folder, order: 'name', prefix }, 0);
        if (!named.next) return named;
        early(named);
      }
      return files.list({ folder, order, prefix }, most, cursor);
    });
  }

  #openDeleted(search: string): FilesReader {
    return this.#reader('deletedFailed', true, [], (cursor) =>
      this.context.files.listDeleted(this.context.root.folder, cursor, search),
    );
  }

  #reader(failure: Key, deleted: boolean, stored: readonly Fresh[], read: ReaderOptions['read']): FilesReader {
    return new FilesReader({
      deleted,
      order: deleted ? 'newest' : this.#order,
      stored,
      read,
      changed: () => this.shown.changed(),
      succeeded: () => this.context.notices.settle(failure),
      failed: (error) => this.shown.failed(failure, error),
    });
  }
}
