/** A large file that was being sent: what tells it again, and where the person agreed the way to it on this machine. */
export interface Remembered {
  /** Who sent it: another person of the same browser is shown nothing of it. */
  who: string;
  space: string;
  folder: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  lastModified: number;
  handle?: FileSystemFileHandle | undefined;
}

const STORE = 'files';

/** What this browser remembers of large files that were being sent. Where it keeps nothing, it remembers nothing; nobody is told. */
export class Memory {
  #opened: Promise<IDBDatabase> | undefined;

  constructor(private readonly who: string) {}

  /** Remembers a file. */
  async keep(file: Omit<Remembered, 'who'>): Promise<void> {
    await this.#do('readwrite', (store) => store.put({ ...file, who: this.who }, this.#id(file)));
  }

  async forget(file: Pick<Remembered, 'space' | 'folder' | 'name'>): Promise<void> {
    await this.#do('readwrite', (store) => store.delete(this.#id(file)));
  }

  /** What is remembered of this person's files. */
  async all(): Promise<Remembered[]> {
    const all = await this.#do<Remembered[]>('readonly', (store) => store.getAll());
    return (all ?? []).filter(({ who }) => who === this.who);
  }

  #id({ space, folder, name }: Pick<Remembered, 'space' | 'folder' | 'name'>): string {
    return [this.who, space, folder, name].join('\n');
  }

  async #do<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
    try {
      this.#opened ??= open();
      const request = act((await this.#opened).transaction(STORE, mode).objectStore(STORE));
      return (await done(request)) as T;
    } catch {
      return undefined;
    }
  }
}

/** Forgets all files of everybody. */
export function forgetFiles(): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    // An open tab may hold it; it goes when that is closed.
    for (const event of ['success', 'error', 'blocked']) request.addEventListener(event, () => resolve());
  });
}

const NAME = 'signet-sending';

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE));
  return done(request).then((database) => {
    database.addEventListener('versionchange', () => database.close());
    return database;
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
}
