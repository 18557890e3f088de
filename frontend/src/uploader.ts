import { BasePlugin, type DefinePluginOpts, type PluginOpts, type Uppy } from '@uppy/core';
import type { Body, Meta, UppyFile } from '@uppy/core/utils';
import { filterFilesToUpload } from '@uppy/core/utils';
import {
  Cancelled,
  type Engine,
  fileName,
  type Outcome,
  type Progress,
  type SourceFile,
  type Upload,
} from './engine/index.ts';
import { Meter } from './meter.ts';
import { type FileProgress, GATHER, pace, Running, SAMPLE } from './running.ts';
import { words } from './words.ts';

/** Settings of the plugin. */
export interface SignetUploaderOptions extends PluginOpts {
  engine: Engine;
  /** Called when a cancelled upload could not be deleted from S3; its parts then go by the bucket's lifecycle rule. */
  leftBehind?: (error: unknown) => void;
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

/** An upload and what is said of it. Uppy copies its whole state at every telling, so news are gathered. */
interface Sending {
  upload?: Upload;
  /** Milliseconds since 1970. */
  started: number;
  running: Running;
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
  readonly #running = new Map<string, Sending>();
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
    return this.#running.get(id)?.running.progress;
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
        : (this.#running.get(id)?.running.progress.sent ?? (progress.bytesUploaded || 0));
    }
    const waiting = this.#waiting();
    if (waiting) totals.waiting = waiting;
    if (this.#speed && !waiting) Object.assign(totals, pace(totals, this.#speed));
    return totals;
  }

  /** The reason for which everything stands still; undefined when something moves, or when a person has paused all. */
  #waiting(): Progress['waiting'] {
    let reason: Progress['waiting'];
    for (const { running } of this.#running.values()) {
      const { progress } = running;
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
    const sending: Sending = { started: Date.now(), running: new Running(file.size ?? 0, performance.now()) };
    this.#running.set(id, sending);
    try {
      sending.upload = this.opts.engine.upload(source(file), (news) => this.#note(id, sending, news));
      this.#succeed(file, await sending.upload.done);
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#fail(file, error);
    } finally {
      if (this.#running.get(id) === sending) this.#running.delete(id);
      this.#rest();
    }
  }

  #note(id: string, sending: Sending, news: Progress): void {
    // Another file may stand under the same id by now: removed, and added again.
    if (this.#running.get(id) !== sending) return;
    sending.running.note(news, performance.now());
    this.#news.add(id);
    this.#telling ??= setTimeout(this.#tell, GATHER);
  }

  readonly #tell = (): void => {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    for (const id of this.#news) {
      const sending = this.#running.get(id);
      const file = this.uppy.getFile(id);
      if (!sending || !file) continue;
      const { sent: bytesUploaded, total: bytesTotal } = sending.running.progress;
      this.uppy.emit('upload-progress', file, { uploadStarted: sending.started, bytesUploaded, bytesTotal });
    }
    this.#news.clear();
  };

  readonly #sample = (): void => {
    const now = performance.now();
    for (const [id, { running }] of this.#running) {
      if (running.sample(now)) this.#news.add(id);
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
    name: fileName(name ?? ''),
    folder: path.slice(0, -1).join('/'),
    type: type ?? '',
    lastModified: (body as Partial<File>).lastModified ?? 0,
    body,
  };
}
