import { BasePlugin, type DefinePluginOpts, type PluginOpts, type Uppy } from '@uppy/core';
import type { Body, Meta, UppyFile } from '@uppy/core/utils';
import { filterFilesToUpload } from '@uppy/core/utils';
import { Cancelled, type Engine, type Outcome, type Upload } from './engine/index.ts';

/** Settings of the plugin. */
export interface SignetUploaderOptions extends PluginOpts {
  engine: Engine;
  /** Called when a cancelled upload could not be deleted from S3; its parts then go by the bucket's lifecycle rule. */
  leftBehind?: (error: unknown) => void;
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
  readonly #uploads = new Map<string, Upload>();

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
    return this.#uploads.size;
  }

  /** Uppy calls this for a new batch, and again with the failed files of one for a retry. */
  readonly #start = async (ids: string[]): Promise<void> => {
    const files = filterFilesToUpload(this.uppy.getFilesByIds(ids)) as UppyFile<M, B>[];
    this.uppy.emit('upload-start', files);
    await Promise.all(files.map((file) => this.#send(file)));
  };

  async #send(file: UppyFile<M, B>): Promise<void> {
    const body = file.data as Blob;
    const source = {
      name: file.name ?? 'file',
      type: file.type ?? '',
      lastModified: (body as Partial<File>).lastModified ?? 0,
      body,
    };
    const uploadStarted = Date.now();
    const upload = this.opts.engine.upload(source, (progress) => {
      if (this.#uploads.get(file.id) !== upload) return;
      const { sent: bytesUploaded, total: bytesTotal } = progress;
      this.uppy.emit('upload-progress', this.uppy.getFile(file.id), { uploadStarted, bytesUploaded, bytesTotal });
    });
    this.#uploads.set(file.id, upload);
    try {
      this.#succeed(file, await upload.done);
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#fail(file, error);
    } finally {
      if (this.#uploads.get(file.id) === upload) this.#uploads.delete(file.id);
    }
  }

  #succeed(file: UppyFile<M, B>, outcome: Outcome): void {
    this.uppy.emit('upload-success', this.uppy.getFile(file.id), { status: 200, body: outcome as unknown as B });
  }

  #fail(file: UppyFile<M, B>, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    // `cause` is the engine's own error, for pages that say more than Uppy does.
    const told = { name: 'UploadError', message, cause: error };
    this.uppy.emit('upload-error', this.uppy.getFile(file.id), told);
  }

  readonly #pause = (file: UppyFile<M, B> | undefined, paused: boolean): void => {
    const upload = file && this.#uploads.get(file.id);
    if (paused) upload?.pause();
    else upload?.resume();
  };

  readonly #pauseAll = (): void => {
    for (const upload of this.#uploads.values()) upload.pause();
  };

  readonly #resumeAll = (): void => {
    for (const upload of this.#uploads.values()) upload.resume();
  };

  readonly #remove = (file: UppyFile<M, B>): void => {
    this.#cancel(file.id);
  };

  readonly #cancelAll = (): void => {
    for (const id of [...this.#uploads.keys()]) this.#cancel(id);
  };

  #cancel(id: string): void {
    const upload = this.#uploads.get(id);
    this.#uploads.delete(id);
    upload?.cancel().catch((error: unknown) => this.opts.leftBehind?.(error));
  }

  #setResumable(resumableUploads: boolean): void {
    const { capabilities } = this.uppy.getState();
    this.uppy.setState({ capabilities: { ...capabilities, resumableUploads } });
  }
}
