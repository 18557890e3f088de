import { finishedFirstError, UploadError } from './errors.ts';
import type { Context } from './flow.ts';

/** Looks for an object whose upload was cancelled while it was put together, beside the first, and milliseconds between them. */
const LOOKS = 3;
const LOOK = 1000;

/** Ends an upload that nobody wants any more, with its parts; one that has become a file meanwhile is told as such. */
export async function abandon(context: Context, { key, uploadId }: { key: string; uploadId: string }): Promise<void> {
  const query = new URLSearchParams({ key, uploadId });
  try {
    await context.api.call('DELETE', `/uploads?${query}`, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof UploadError) || error.code !== 'NoSuchUpload') throw error;
    if (await stored(context, key)) throw finishedFirstError();
  }
}

/** Whether an upload that is no longer there has become an object: it may just be put together. */
async function stored(context: Context, key: string): Promise<boolean> {
  const { signal } = new AbortController();
  for (let n = 0; ; n++) {
    try {
      await context.api.call('GET', `/files/info?${new URLSearchParams({ key })}`, signal);
      return true;
    } catch (error) {
      if (!(error instanceof UploadError) || error.status !== 404) throw error;
    }
    if (n >= LOOKS) return false;
    await context.clock.wait(LOOK, signal);
  }
}
