import { type Engine, type SourceFile, sourceOf } from '../engine/index.ts';
import { Meter } from '../meter.ts';
import { GATHER, pace, SAMPLE } from '../running.ts';
import { Entry, type UploadItem } from './item.ts';

/** How far all files of a list are together. */
export interface UploadTotals {
  files: number;
  stored: number;
  failed: number;
  cancelled: number;
  /** Files that are neither stored, failed nor cancelled, and of them those that are paused. */
  active: number;
  paused: number;
  /** Bytes that have left, and bytes in all, of all files but cancelled ones. */
  sent: number;
  total: number;
  /** Bytes a second, smoothed; missing at first and while nothing moves. */
  speed?: number;
  /** Seconds left at that speed. */
  left?: number;
  /** Why nothing moves at the moment, although nobody has paused it. */
  waiting?: NonNullable<UploadItem['waiting']>;
}

/** The list at one moment: the same object until something has changed. */
export interface UploadsSnapshot {
  readonly items: readonly UploadItem[];
  readonly totals: UploadTotals;
}

/** Where added files go, and what goes with them. */
export type Where = Pick<SourceFile, 'space' | 'folder' | 'metadata'>;

/** A list of uploads. Every method takes one file's id, or means all files. */
export interface Uploads {
  /** Starts to send files: what an input, a drop or code has. Answers their ids, in order. */
  add(files: Iterable<File | SourceFile>, where?: Where): string[];
  pause(id?: string): void;
  resume(id?: string): void;
  /** Begins again with what failed; of one file also when it was cancelled. */
  retry(id?: string): void;
  /** Stops for good and deletes what S3 holds of it. Resolves when that is done, or when the item's `error` says why not. */
  cancel(id?: string): Promise<void>;
  /** Takes ended files off the list; others stay. */
  clear(id?: string): void;
  /** Resolves when no file is on its way, with the list as it is then. */
  settled(): Promise<UploadsSnapshot>;
  /** Calls `listener` after every change, ten times a second at most while bytes move. Answers what ends that. */
  subscribe(listener: () => void): () => void;
  getSnapshot(): UploadsSnapshot;
}

/** Files that are started in one task: taking hold of a file's bytes asks another process, which may take most of a millisecond. */
const SLICE = 100;

/** Settings of a list. */
export interface UploadsOptions {
  /** Refuses a file before a byte is sent, by throwing or answering an error. Default: the service refuses. */
  check?: (file: SourceFile) => Error | undefined;
  /** Milliseconds of a monotonic clock. Default: performance.now. */
  now?: () => number;
}

/** A list of uploads for a page to show, of any framework or none: `subscribe` and `getSnapshot` fit useSyncExternalStore. */
export function createUploads(engine: Pick<Engine, 'upload'>, options: UploadsOptions = {}): Uploads {
  return new List(engine, options);
}

class List implements Uploads {
  readonly #engine: Pick<Engine, 'upload'>;
  readonly #check: (file: SourceFile) => Error | undefined;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #active = new Set<Entry>();
  /** Those that are yet to be started. */
  readonly #queue: Entry[] = [];
  readonly #listeners = new Set<() => void>();
  #snapshot: UploadsSnapshot | undefined;
  #waiters: ((snapshot: UploadsSnapshot) => void)[] = [];
  #telling: ReturnType<typeof setTimeout> | undefined;
  /** Whether files have ended since listeners were told. */
  #untold = false;
  #sampling: ReturnType<typeof setInterval> | undefined;
  #meter = new Meter();
  #speed: number | undefined;
  #count = 0;

  constructor(engine: Pick<Engine, 'upload'>, { check, now }: UploadsOptions) {
    this.#engine = engine;
    this.#check = check ?? (() => undefined);
    this.#now = now ?? (() => performance.now());
  }

  add(files: Iterable<File | SourceFile>, where: Where = {}): string[] {
    const added = Array.from(files, (file) => {
      const entry = new Entry(`upload-${++this.#count}`, sourceOf(file, where), this.#now, this.#changed);
      this.#entries.set(entry.id, entry);
      return entry;
    });
    this.#begin(added);
    return added.map(({ id }) => id);
  }

  pause(id?: string): void {
    for (const entry of this.#chosen(id)) entry.pause();
  }

  resume(id?: string): void {
    for (const entry of this.#chosen(id)) entry.resume();
  }

  retry(id?: string): void {
    const again = this.#chosen(id).filter(({ item: { state } }) => {
      return state === 'failed' || (state === 'cancelled' && id !== undefined);
    });
    for (const entry of again) entry.reset();
    this.#begin(again);
  }

  async cancel(id?: string): Promise<void> {
    await Promise.all(this.#chosen(id).map((entry) => entry.cancel()));
  }

  clear(id?: string): void {
    // Whoever is told of changes in a moment would never see how these have ended.
    if (this.#untold) this.#tell();
    for (const entry of this.#chosen(id)) {
      if (entry.ended) this.#entries.delete(entry.id);
    }
    this.#soon();
  }

  settled(): Promise<UploadsSnapshot> {
    if (this.#active.size === 0) return Promise.resolve(this.getSnapshot());
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  // Both are handed on without their list, to useSyncExternalStore for one.
  readonly subscribe = (listener: () => void): (() => void) => {
    // A listener given twice is called twice, and each end ends its own.
    const own = () => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  };

  readonly getSnapshot = (): UploadsSnapshot => {
    this.#snapshot ??= this.#look();
    return this.#snapshot;
  };

  #chosen(id: string | undefined): Entry[] {
    if (id === undefined) return [...this.#entries.values()];
    const entry = this.#entries.get(id);
    return entry ? [entry] : [];
  }

  /** Some at once and the others in tasks of their own: thousands in one would hold up the page. */
  #begin(entries: readonly Entry[]): void {
    for (const entry of entries) this.#changed(entry);
    const idle = this.#queue.length === 0;
    this.#queue.push(...entries);
    if (idle) this.#startSome();
  }

  readonly #startSome = (): void => {
    for (const entry of this.#queue.slice(0, SLICE)) this.#start(entry);
    this.#queue.splice(0, SLICE);
    if (this.#queue.length > 0) setTimeout(this.#startSome);
  };

  #start(entry: Entry): void {
    let refused: unknown;
    try {
      refused = this.#check(entry.file);
      if (!refused) entry.start(this.#engine);
    } catch (error) {
      refused = error;
    }
    if (refused && !entry.ended) entry.refuse(refused);
  }

  readonly #changed = (entry: Entry): void => {
    if (entry.ended) {
      this.#untold = true;
      this.#active.delete(entry);
    } else {
      this.#active.add(entry);
      this.#sampling ??= setInterval(this.#sample, SAMPLE);
    }
    this.#soon();
    if (this.#active.size === 0) this.#rest();
  };

  /** A thousand files that end within a moment are one change to those who look. */
  #soon(): void {
    this.#snapshot = undefined;
    this.#telling ??= setTimeout(this.#tell, GATHER);
  }

  readonly #tell = (): void => {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#untold = false;
    this.#snapshot = undefined;
    for (const listener of [...this.#listeners]) listener();
  };

  readonly #sample = (): void => {
    for (const entry of this.#active) entry.sample();
    this.#speed = this.#meter.sample(this.#sum().sent, this.#now());
    this.#soon();
  };

  /** Nothing is measured, and nobody waits, while nothing is on its way. */
  #rest(): void {
    clearInterval(this.#sampling);
    this.#sampling = undefined;
    this.#meter = new Meter();
    this.#speed = undefined;
    const waiters = this.#waiters;
    this.#waiters = [];
    if (waiters.length > 0) this.#snapshot = undefined;
    for (const resolve of waiters) resolve(this.getSnapshot());
  }

  #look(): UploadsSnapshot {
    const items = Array.from(this.#entries.values(), (entry) => entry.item);
    const totals = this.#sum();
    const waiting = waitingOf(items);
    if (waiting) totals.waiting = waiting;
    return { items, totals: this.#speed && !waiting ? { ...totals, ...pace(totals, this.#speed) } : totals };
  }

  #sum(): UploadTotals {
    const totals: UploadTotals = {
      files: 0,
      stored: 0,
      failed: 0,
      cancelled: 0,
      active: 0,
      paused: 0,
      sent: 0,
      total: 0,
    };
    for (const { item } of this.#entries.values()) {
      totals.files++;
      if (item.state === 'stored' || item.state === 'failed' || item.state === 'cancelled') totals[item.state]++;
      else totals.active++;
      if (item.state === 'paused') totals.paused++;
      if (item.state === 'cancelled') continue;
      totals.sent += item.state === 'stored' ? item.total : item.sent;
      totals.total += item.total;
    }
    return totals;
  }
}

/** The reason for which everything stands still; undefined when something moves, or when a person has paused all. */
function waitingOf(items: readonly UploadItem[]): UploadItem['waiting'] {
  if (items.some(({ state, speed }) => state !== 'paused' && speed)) return undefined;
  return items.find(({ state }) => state === 'waiting')?.waiting;
}
