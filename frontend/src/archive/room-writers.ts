/** Bytes of an archive at most that is made in memory, where a browser has no other place for it. */
export const MEMORY = 100 * 1024 * 1024;

/** Opens a file of the private files to be written, by the way that this browser has: on the page, or in a worker. */
export async function writerOf(handle: FileSystemFileHandle, folder: string): Promise<WritableStream<Uint8Array>> {
  if ('createWritable' in handle) return handle.createWritable();
  return inWorker(folder, (handle as FileSystemFileHandle).name);
}

/** A stream whose pieces a worker writes, one after another. */
async function inWorker(folder: string, name: string): Promise<WritableStream<Uint8Array>> {
  const worker = new Worker(new URL('./room-worker.ts', import.meta.url), { type: 'module', name: 'signet-archive' });
  // One question at a time, as a stream asks: the next answer is its own.
  const ask = (question: { open?: [string, string]; piece?: Uint8Array }) =>
    new Promise<void>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<{ error?: string }>) =>
        data.error === undefined ? resolve() : reject(new Error(data.error));
      worker.onerror = () => reject(new Error('got no worker that may run, want one: download the files one by one'));
      worker.postMessage(question);
    });
  const end = () => ask({}).finally(() => worker.terminate());
  await ask({ open: [folder, name] }).catch((error) => {
    worker.terminate();
    throw error;
  });
  // The piece is copied on its way to the worker: whoever wrote it may use it again.
  return new WritableStream({ write: (piece) => ask({ piece }), close: end, abort: end });
}

/** Somewhere in memory, for archives of MEMORY bytes at most: `file` is what was written. */
export function memory(): { stream: WritableStream<Uint8Array>; file(): Blob } {
  let file = new Blob([], { type: 'application/zip' });
  const write = (piece: Uint8Array) => {
    // As a Blob it is the browser's, which may keep it where it likes.
    file = new Blob([file, piece as Uint8Array<ArrayBuffer>], { type: file.type });
  };
  return { stream: new WritableStream({ write }), file: () => file };
}
