import { networkError, stalledError } from './errors.ts';

/** One PUT to S3. */
export interface SendRequest {
  url: string;
  /** Sent as they are, but for those that the browser sets itself. */
  headers: Record<string, string>;
  /** A slice: the browser streams it from disk, so no part is ever whole in the page's memory. */
  body: Blob;
  signal: AbortSignal;
  /** Called with the bytes of the body that have left so far. */
  onSent(bytes: number): void;
}

export interface SendAnswer {
  status: number;
  body: string;
}

/** Sends one request; rejects with an UploadError when no answer arrives, with the signal's reason when aborted. */
export type Send = (request: SendRequest) => Promise<SendAnswer>;

/** Milliseconds without a byte before a request is cut. */
export const STALL = 20_000;
/** Milliseconds to wait for the answer once the whole body has left. */
export const ANSWER = 60_000;

/** Headers that a page may not set; the browser sends the right value by itself. */
const ownHeaders = new Set(['content-length', 'host']);

/** XMLHttpRequest, because fetch reports no upload progress. */
export const xhrSend: Send = ({ url, headers, body, signal, onSent }) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const xhr = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout>;
    const watch = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => end(() => reject(stalledError(ms)), true), ms);
    };
    const end = (settle: () => void, cut = false) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      settle();
      if (cut) xhr.abort();
    };
    const stop = () => end(() => reject(signal.reason), true);
    signal.addEventListener('abort', stop, { once: true });

    xhr.upload.onprogress = (event) => {
      watch(STALL);
      onSent(event.loaded);
    };
    xhr.upload.onload = () => watch(ANSWER);
    xhr.onload = () => end(() => resolve({ status: xhr.status, body: xhr.responseText }));
    xhr.onerror = () => end(() => reject(networkError()));
    xhr.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) {
      if (!ownHeaders.has(name.toLowerCase())) xhr.setRequestHeader(name, value);
    }
    watch(STALL);
    xhr.send(body);
  });
