import { changedError } from './errors.ts';
import { answer, type Content, type Question } from './reading.ts';

/** Reads pieces of files. Rejects with an UploadError, code FileChanged, when the file is no longer what was chosen. */
export type Read = (question: Question) => Promise<Content>;

interface Waiting {
  question: Question;
  resolve(content: Content): void;
  reject(error: unknown): void;
}

/** Reads in a worker where there are workers and they may run, else where it is called. */
export function fileReader(): Read {
  if (typeof Worker === 'undefined') return (question) => answer(question).catch(unreadable);
  const waiting = new Map<number, Waiting>();
  let broken = false;
  let next = 0;

  const start = () => {
    const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'signet-reader' });
    started.onmessage = ({ data }: MessageEvent<{ id: number; content?: Content; error?: Error }>) => {
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.content) asked?.resolve(data.content);
      else asked?.reject(data.error);
    };
    // A content security policy or a bundler may keep the worker from loading; reading goes on without it.
    started.onerror = () => {
      broken = true;
      for (const { question, resolve, reject } of waiting.values()) answer(question).then(resolve, reject);
      waiting.clear();
    };
    return started;
  };

  // At once: it is ready when the first piece is.
  const worker = start();
  return (question) => {
    if (broken) return answer(question).catch(unreadable);
    const id = next++;
    const content = new Promise<Content>((resolve, reject) => waiting.set(id, { question, resolve, reject }));
    worker.postMessage({ id, question });
    return content.catch(unreadable);
  };
}

/** Browsers refuse to read a file whose size or time of change is not that of when it was chosen. */
function unreadable(error: unknown): never {
  throw changedError((error as Error).message);
}
