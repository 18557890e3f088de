import { changedError } from './errors.ts';
import { answer, type Content, type Question } from './reading.ts';

/** Reads pieces of files. Rejects with an UploadError, code FileChanged, when the file is no longer what was chosen. */
export interface Reader {
  /** The CRC64NVME of a piece. */
  sum(piece: Blob): Promise<bigint>;
  /** The bytes of a piece and their SHA-256: all of it comes into memory. */
  content(piece: Blob): Promise<Content>;
}

type Ask = (question: Question) => Promise<bigint | Content>;

interface Waiting {
  question: Question;
  resolve(read: bigint | Content): void;
  reject(error: unknown): void;
}

/** Reads in a worker where there are workers and they may run, else where it is called. */
export function fileReader(): Reader {
  const ask = typeof Worker === 'undefined' ? answer : workerReader();
  // `answer` gives each question its kind of answer.
  return {
    sum: (piece) => ask({ piece, keep: false }).catch(unreadable) as Promise<bigint>,
    content: (piece) => ask({ piece, keep: true }).catch(unreadable) as Promise<Content>,
  };
}

function workerReader(): Ask {
  const waiting = new Map<number, Waiting>();
  let broken = false;
  let next = 0;

  let worker: Worker;
  try {
    // At once: it is ready when the first piece is.
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'signet-reader' });
  } catch {
    return answer; // a script of another origin has no worker beside it that the page may run
  }
  worker.onmessage = ({ data }: MessageEvent<{ id: number; read?: bigint | Content; error?: Error }>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.read !== undefined) asked?.resolve(data.read);
    else asked?.reject(data.error);
  };
  // A content security policy or a bundler may keep the worker from loading; reading goes on without it.
  worker.onerror = () => {
    broken = true;
    for (const { question, resolve, reject } of waiting.values()) answer(question).then(resolve, reject);
    waiting.clear();
  };
  return (question) => {
    if (broken) return answer(question);
    const id = next++;
    const read = new Promise<bigint | Content>((resolve, reject) => waiting.set(id, { question, resolve, reject }));
    worker.postMessage({ id, question });
    return read;
  };
}

/** Browsers refuse to read a file whose size or time of change is not that of when it was chosen. */
function unreadable(error: unknown): never {
  throw changedError((error as Error).message);
}
