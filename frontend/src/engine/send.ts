import { retryAfter } from './after.ts';
import { concat } from './bytes.ts';
import { networkError, stalledError } from './errors.ts';

/** What is sent. */
export type Body = Blob | ArrayBuffer;

/** Bytes of a body. */
export const sizeOf = (body: Body): number => (body instanceof Blob ? body.size : body.byteLength);

/** One upload to S3: a PUT of the body, or where there are fields a POST of a form with the body as its file. */
export interface SendRequest {
  url: string;
  /** Of a form, in their order. */
  fields?: Record<string, string>;
  /** Sent as they are, but for those that the browser sets itself. */
  headers: Record<string, string>;
  /** Large ones are Blobs: the browser holds their bytes outside the page and streams them from there, which small ones are not worth. */
  body: Body;
  signal: AbortSignal;
  /** Called with the bytes of the body that have left so far. */
  onSent(bytes: number): void;
  /** Milliseconds to wait for the answer, asked once the whole body has left. Default: ANSWER. */
  patience?(): number;
}

export interface SendAnswer {
  status: number;
  body: string;
  /** Checksum of what was stored, as S3 writes it, where it tells. */
  crc64nvme?: string;
  /** Whether it cannot be S3's: a success that names no ETag. */
  foreign?: boolean;
  /** Milliseconds that it asks to wait before the same is tried again. */
  retryAfter?: number;
}

/** Sends one request; rejects with an UploadError when no answer arrives, with the signal's reason when aborted. */
export type Send = (request: SendRequest) => Promise<SendAnswer>;

/** Milliseconds without a byte before a request is cut. */
export const STALL = 20_000;
/** Milliseconds to wait for the answer once the whole body has left, beside the time that something in between may take to pass it on. */
export const ANSWER = 60_000;

/**
 * Bytes below which progress is not followed: a browser asks S3 for leave (preflight) before a POST only where it is, and
 * there is none to be seen of what leaves at once.
 */
export const FOLLOW_FROM = 256 * 1024;

/** Headers that a page may not set; the browser sends the right value by itself. */
const ownHeaders = new Set(['content-length', 'host']);

/** XMLHttpRequest, because fetch reports no upload progress. */
export const xhrSend: Send = ({ url, fields, headers, body, signal, onSent, patience = () => ANSWER }) =>
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

    const size = sizeOf(body);
    const followed = size >= FOLLOW_FROM;
    if (followed) {
      xhr.upload.onprogress = (event) => {
        watch(STALL);
        onSent(Math.min(event.loaded, size)); // a form is longer than its file
      };
      xhr.upload.onload = () => watch(patience());
    }
    xhr.onload = () => {
      end(() => resolve(answerOf(xhr, !fields)));
    };
    xhr.onerror = () => end(() => reject(networkError()));
    xhr.open(fields ? 'POST' : 'PUT', url);
    for (const [name, value] of Object.entries(headers)) {
      if (!ownHeaders.has(name.toLowerCase())) xhr.setRequestHeader(name, value);
    }
    watch(followed ? STALL : patience());
    if (!fields) xhr.send(body);
    else if (body instanceof Blob) xhr.send(form(fields, body));
    else {
      // By chance, so that no file has it: not even one that holds a form sent before.
      const boundary = `signet-${crypto.randomUUID()}`;
      xhr.setRequestHeader('content-type', `multipart/form-data; boundary=${boundary}`);
      xhr.send(written(fields, body, boundary));
    }
  });

/** Reads an answer. Its headers all at once: a browser complains of each that is asked for by name and not shown to the page. */
function answerOf(xhr: XMLHttpRequest, checks: boolean): SendAnswer {
  const lines = xhr.getAllResponseHeaders().split('\r\n');
  const headers = new Map(lines.map((line) => [line.split(':', 1)[0]?.toLowerCase(), line.replace(/^[^:]*:\s*/, '')]));
  const { status, responseText: body } = xhr;
  const crc64nvme = checks && headers.get('x-amz-checksum-crc64nvme');
  const after = retryAfter(headers.get('retry-after'), headers.get('date'));
  return {
    status,
    body,
    ...(crc64nvme ? { crc64nvme } : {}),
    ...(status < 300 && !headers.get('etag') && !body.includes('<ETag>') ? { foreign: true } : {}),
    ...(after === undefined ? {} : { retryAfter: after }),
  };
}

function form(fields: Record<string, string>, body: Blob): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  // S3 ignores what comes after the file. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
  data.append('file', body, 'file');
  return data;
}

/**
 * The same form as bytes. A browser sends them along with the request, where it would fetch the Blobs of a FormData from
 * another process for each file. https://www.rfc-editor.org/rfc/rfc7578
 */
function written(fields: Record<string, string>, body: ArrayBuffer, boundary: string): Uint8Array<ArrayBuffer> {
  const part = (name: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`;
  const values = Object.entries(fields).map(([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`);
  const encoder = new TextEncoder();
  const head = encoder.encode(`${values.join('')}${part('file')}; filename="file"\r\n\r\n`);
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  return concat(head, new Uint8Array(body), tail);
}
