import { BasePlugin, type DefinePluginOpts, type PluginOpts, type Uppy } from '@uppy/core';
import type { Body, Meta, UppyFile } from '@uppy/core/utils';
import { filterFilesToUpload } from '@uppy/core/utils';
import { Cancelled, type Engine, type Outcome, type Progress, type SourceFile, type Upload } from './engine/index.ts';
import { Meter } from './meter.ts';
import { words } from './words.ts';

/** Settings of the plugin. */
export interface SignetUploaderOptions extends PluginOpts {
  engine: Engine;
  /** Called when a cancelled upload could not be deleted from S3; its parts then go by the bucket's lifecycle rule. */
  leftBehind?: (error: unknown) => void;
}

/** How far one file is, and how fast. */
export interface FileProgress extends Progress {
  /** As the engine says it, once no byte has left for two seconds: one part may wait while the others move. */
  waiting?: NonNullable<Progress['waiting']>;
  /** Bytes a second, smoothed; missing at first and while nothing moves. */
  speed?: number;
  /** Seconds left at that speed. */
  left?: number;
}

/** How far all files of Uppy's list are together, and how fast. */
export interface Totals {
  files: number;
  /** Files that are stored. */
  done: number;
  /** Bytes that have left, of all files. */
  sent: number;
  /** Bytes of all files. */
  total: number;
  /** Bytes a second, smoothed; missing at first and while nothing moves. */
  speed?: number;
  /** Seconds left at that speed. */
  left?: number;
  /** Why nothing moves at the moment. */
  waiting?: Progress['waiting'];
}

declare module '@uppy/core' {
  // The names of the parameters are Uppy's.
  export interface PluginTypeRegistry<M extends Meta, B extends Body> {
    SignetUploader: SignetUploader<M, B>;
  }
}

/** Milliseconds between two progress events of a file: the engine tells of every packet, Uppy copies its whole state each time. */
const GATHER = 100;
/** Milliseconds between two samples of the speed. */
const SAMPLE = 1000;
/** Milliseconds without a byte after which a file that waits is said to wait. */
const STILL = 2000;

interface Running {
  upload?: Upload;
  /** Milliseconds since 1970. */
  started: number;
  meter: Meter;
  /** What the engine said last. */
  news: Progress;
  speed?: number | undefined;
  /** When a byte left last; milliseconds of the monotonic clock. */
  moved: number;
  progress: FileProgress;
}

/**
 * Uppy's side of the engine: every file that Uppy starts becomes an Upload, and Uppy's pause, resume, cancel and retry,
 * for a file or for all, become the Upload's.
 */
export class SignetUploader<M extends Meta, B extends Body> extends BasePlugin<
  DefinePluginOpts<SignetUploaderOptions, never>,
  M,
  B
> {
  readonly #running = new Map<string, Running>();
  /** Files of which Uppy does not know the newest progress. */
  readonly #news = new Set<string>();
  #telling: ReturnType<typeof setTimeout> | undefined;
  #sampling: ReturnType<typeof setInterval> | undefined;
  #meter = new Meter();
  #speed: number | undefined;

  constructor(uppy: Uppy<M, B>, options: SignetUploaderOptions) {
    super(uppy, options);
    this.type = 'uploader';
    this.id = options.id ?? 'SignetUploader';
  }

  override install(): void {
    this.#setResumable(true);
    this.uppy.addUploader(this.#start);
    this.uppy.on('upload-pause', this.#pause);
    this.uppy.on('pause-all', this.#pauseAll);
    this.uppy.on('resume-all', this.#resumeAll);
    this.uppy.on('file-removed', this.#remove);
    this.uppy.on('cancel-all', this.#cancelAll);
  }

  override uninstall(): void {
    this.#setResumable(false);
    this.uppy.removeUploader(this.#start);
    this.uppy.off('upload-pause', this.#pause);
    this.uppy.off('pause-all', this.#pauseAll);
    this.uppy.off('resume-all', this.#resumeAll);
    this.uppy.off('file-removed', this.#remove);
    this.uppy.off('cancel-all', this.#cancelAll);
    this.#pauseAll();
  }

  /** Uploads that have neither ended nor been cancelled. */
  get active(): number {
    return this.#running.size;
  }

  /** How far a file is; undefined when it is not on its way. */
  progress(id: string): FileProgress | undefined {
    return this.#running.get(id)?.progress;
  }

  /** How far all files are. */
  totals(): Totals {
    const totals: Totals = { files: 0, done: 0, sent: 0, total: 0 };
    for (const { id, size, progress } of this.uppy.getFiles()) {
      totals.files++;
      totals.total += size ?? 0;
      if (progress.uploadComplete) totals.done++;
      totals.sent += progress.uploadComplete
        ? (size ?? 0)
        : (this.#running.get(id)?.progress.sent ?? (progress.bytesUploaded || 0));
    }
    const waiting = this.#waiting();
    if (waiting) totals.waiting = waiting;
    if (this.#speed && !waiting) Object.assign(totals, pace(totals, this.#speed));
    return totals;
  }

  /** The reason for which everything stands still; undefined when something moves, or when a person has paused all. */
  #waiting(): Progress['waiting'] {
    let reason: Progress['waiting'];
    for (const { progress } of this.#running.values()) {
      if (progress.speed) return undefined;
      reason ??= progress.waiting;
    }
    return reason;
  }

  /** Uppy calls this for a new batch, and again with the failed files of one for a retry. */
  readonly #start = async (ids: string[]): Promise<void> => {
    const files = filterFilesToUpload(this.uppy.getFilesByIds(ids)) as UppyFile<M, B>[];
    this.uppy.emit('upload-start', files);
    this.#sampling ??= setInterval(this.#sample, SAMPLE);
    await Promise.all(files.map((file) => this.#send(file)));
  };

  async #send(file: UppyFile<M, B>): Promise<void> {
    const { id } = file;
    const news = { sent: 0, total: file.size ?? 0 };
    const times = { started: Date.now(), moved: performance.now() };
    const running: Running = { ...times, meter: new Meter(), news, progress: news };
    this.#running.set(id, running);
    try {
      running.upload = this.opts.engine.upload(source(file), (news) => this.#note(id, running, news));
      this.#succeed(file, await running.upload.done);
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#fail(file, error);
    } finally {
      if (this.#running.get(id) === running) this.#running.delete(id);
      this.#rest();
    }
  }

  #note(id: string, running: Running, news: Progress): void {
    // Another file may stand under the same id by now: removed, and added again.
    if (this.#running.get(id) !== running) return;
    const now = performance.now();
    if (news.sent > running.news.sent) running.moved = now;
    running.news = news;
    running.progress = seen(running, now);
    this.#news.add(id);
    this.#telling ??= setTimeout(this.#tell, GATHER);
  }

  readonly #tell = (): void => {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    for (const id of this.#news) {
      const running = this.#running.get(id);
      const file = this.uppy.getFile(id);
      if (!running || !file) continue;
      const { sent: bytesUploaded, total: bytesTotal } = running.progress;
      this.uppy.emit('upload-progress', file, { uploadStarted: running.started, bytesUploaded, bytesTotal });
    }
    this.#news.clear();
  };

  readonly #sample = (): void => {
    const now = performance.now();
    for (const [id, running] of this.#running) {
      const { speed, waiting } = running.progress;
      running.speed = running.meter.sample(running.news.sent, now);
      running.progress = seen(running, now);
      if (running.progress.speed !== speed || running.progress.waiting !== waiting) this.#news.add(id);
    }
    this.#speed = this.#meter.sample(this.totals().sent, now);
    this.#tell();
  };

  /** Nothing is measured while nothing is on its way. */
  #rest(): void {
    if (this.#running.size > 0) return;
    clearInterval(this.#sampling);
    this.#sampling = undefined;
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#news.clear();
    this.#meter = new Meter();
    this.#speed = undefined;
  }

  #succeed(file: UppyFile<M, B>, outcome: Outcome): void {
    this.uppy.emit('upload-success', this.uppy.getFile(file.id), { status: 200, body: outcome as unknown as B });
  }

  #fail(file: UppyFile<M, B>, error: unknown): void {
    const message = words(error);
    // `cause` is the engine's own error, for pages that say more than Uppy does.
    const told = { name: 'UploadError', message, cause: error };
    this.uppy.emit('upload-error', this.uppy.getFile(file.id), told);
  }

  readonly #pause = (file: UppyFile<M, B> | undefined, paused: boolean): void => {
    const upload = file && this.#running.get(file.id)?.upload;
    if (paused) upload?.pause();
    else upload?.resume();
  };

  readonly #pauseAll = (): void => {
    for (const { upload } of this.#running.values()) upload?.pause();
  };

  readonly #resumeAll = (): void => {
    for (const { upload } of this.#running.values()) upload?.resume();
  };

  readonly #remove = (file: UppyFile<M, B>): void => {
    this.#cancel(file.id);
  };

  readonly #cancelAll = (): void => {
    for (const id of [...this.#running.keys()]) this.#cancel(id);
  };

  #cancel(id: string): void {
    const running = this.#running.get(id);
    this.#running.delete(id);
    running?.upload?.cancel().catch((error: unknown) => this.opts.leftBehind?.(error));
  }

  #setResumable(resumableUploads: boolean): void {
    const { capabilities } = this.uppy.getState();
    this.uppy.setState({ capabilities: { ...capabilities, resumableUploads } });
  }
}

/** What the engine needs to know of one of Uppy's files. Its relativePath, which Uppy has of dropped and chosen folders, says where it goes. */
function source<M extends Meta, B extends Body>({ name, type, meta, data }: UppyFile<M, B>): SourceFile {
  const body = data as Blob;
  const path = typeof meta.relativePath === 'string' ? meta.relativePath.split('/').filter(Boolean) : [];
  return {
    // A file's name is no path: a slash in it is not ours to take for a folder.
    name: name?.replace(/^.*[/\\]/s, '') || 'file',
    folder: path.slice(0, -1).join('/'),
    type: type ?? '',
    lastModified: (body as Partial<File>).lastModified ?? 0,
    body,
  };
}

/** What is said of a file: how fast it goes, or why it does not. */
function seen({ news, speed, moved }: Running, now: number): FileProgress {
  const { waiting, ...rest } = news;
  if (waiting && now - moved >= STILL) return { ...rest, waiting };
  return { ...rest, ...(speed ? pace(news, speed) : {}) };
}

function pace({ sent, total }: { sent: number; total: number }, speed: number): { speed: number; left: number } {
  return { speed, left: Math.max(0, total - sent) / speed };
}
