import { Cancelled, type Engine, type Receipt, type SourceFile, type Upload } from '../engine/index.ts';
import { type FileProgress, Running } from '../running.ts';

/**
 * What an upload is at. `waiting` is passing: nothing moves because the connection is gone or the service asked for
 * patience. `stored`, `failed` and `cancelled` are ends; `retry` begins again after the last two.
 */
export type UploadState = 'queued' | 'comparing' | 'sending' | 'paused' | 'waiting' | 'stored' | 'failed' | 'cancelled';

/** One file of the list, as it is at one moment; another moment is another object. */
export interface UploadItem extends FileProgress {
  /** Within this list. */
  readonly id: string;
  readonly file: SourceFile;
  readonly state: UploadState;
  /** From 0 to 1, which it is only once the file is stored. */
  readonly share: number;
  /** Of a stored file: where it lies. Unknown where a service does not tell of an object that had been there before. */
  readonly key?: string;
  /** Of a stored file: true when it was there already, by a comparison of checksums. */
  readonly existed?: boolean;
  /** Of a stored file, with the engine's option `receipt`: S3's word for a server of one's own. */
  readonly receipt?: Receipt;
  /** Why it failed; or, of a cancelled file, why S3 may still hold parts of it. */
  readonly error?: unknown;
}

/** Share of what has left that is shown at most before S3 has said that it has the file. */
const ALMOST = 0.99;

type End = Pick<UploadItem, 'state' | 'key' | 'existed' | 'receipt' | 'error'>;

/** A file of the list through all its attempts. */
export class Entry {
  #upload: Upload | undefined;
  #running: Running;
  #paused = false;
  #end: End | undefined;
  #item: UploadItem;

  constructor(
    readonly id: string,
    readonly file: SourceFile,
    private readonly now: () => number,
    private readonly changed: (entry: Entry) => void,
  ) {
    this.#running = new Running(file.body.size, now());
    this.#item = this.#look();
  }

  /** The same object until something has changed. */
  get item(): UploadItem {
    return this.#item;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Puts it back to where it was when it was new; `start` then begins another attempt. */
  reset(): void {
    this.#end = undefined;
    this.#paused = false;
    this.#running = new Running(this.file.body.size, this.now());
    this.#tell();
  }

  /** Begins an attempt, unless one is under way or it has ended meanwhile. */
  start(engine: Pick<Engine, 'upload'>): void {
    if (this.#upload || this.#end) return;
    const running = new Running(this.file.body.size, this.now());
    this.#running = running;
    const upload = engine.upload(this.file, (news) => {
      // An attempt that has ended may have a last word; it is none of the next one's.
      if (this.#running !== running || this.#end) return;
      running.note(news, this.now());
      this.#tell();
    });
    this.#upload = upload;
    if (this.#paused) upload.pause();
    upload.done.then(
      (outcome) => this.#finish({ state: 'stored', ...outcome }),
      (error: unknown) =>
        this.#finish(error instanceof Cancelled ? { state: 'cancelled' } : { state: 'failed', error }),
    );
  }

  /** Ends it without an attempt. */
  refuse(error: unknown): void {
    this.#finish({ state: 'failed', error });
  }

  pause(): void {
    if (this.#end || this.#paused) return;
    this.#paused = true;
    this.#upload?.pause();
    this.#tell();
  }

  resume(): void {
    if (this.#end || !this.#paused) return;
    this.#paused = false;
    this.#upload?.resume();
    this.#tell();
  }

  /** Resolves when it has ended and nothing of it is left, or when that could not be had: `error` then says why. */
  async cancel(): Promise<void> {
    if (this.#end) return;
    if (!this.#upload) return this.#finish({ state: 'cancelled' });
    try {
      await this.#upload.cancel();
    } catch (error) {
      // It may have been stored while it was being cancelled, or begun again: then it stays that.
      if (this.item.state === 'cancelled') this.#conclude({ state: 'cancelled', error });
    }
  }

  sample(): void {
    if (this.#upload && this.#running.sample(this.now())) this.#tell();
  }

  #finish(end: End): void {
    this.#upload = undefined;
    this.#conclude(end);
  }

  #conclude(end: End): void {
    this.#end = end;
    this.#tell();
  }

  #tell(): void {
    this.#item = this.#look();
    this.changed(this);
  }

  #look(): UploadItem {
    const { progress } = this.#running;
    const state = this.#end?.state ?? this.#state(progress);
    const share = state === 'stored' ? 1 : Math.min(ALMOST, progress.total > 0 ? progress.sent / progress.total : 0);
    return { id: this.id, file: this.file, ...progress, state, share, ...this.#end };
  }

  #state(progress: FileProgress): UploadState {
    if (this.#paused) return 'paused';
    if (progress.waiting) return 'waiting';
    if (progress.comparing !== undefined) return 'comparing';
    return progress.sent > 0 || progress.parts ? 'sending' : 'queued';
  }
}
