import type { Problem } from './contract.ts';

/**
 * What a failed request means for the upload that made it.
 *
 * - `retry`: passing trouble; send the same thing again after a pause
 * - `resign`: the signature or its credentials have expired; sign again, then send
 * - `renew`: the caller's token was not accepted; renew it, then call again
 * - `exists`: an object is already there under this very id; whether it is this file, its checksum tells
 * - `differs`: what was put together is not this file, and is gone; another file may have sent parts under its id
 * - `restart`: the multipart upload is gone or not what it was taken for; begin again with what S3 holds
 * - `fail`: sending it again cannot help; a person has to act
 */
export type Remedy = 'retry' | 'resign' | 'renew' | 'exists' | 'differs' | 'restart' | 'fail';

/** An object that is in the way of an upload. */
export type There = Pick<Problem, 'key' | 'size' | 'checksum'>;

/** Every failure that leaves the engine. `message` is the detail that a person can act on. */
export class UploadError extends Error {
  override readonly name = 'UploadError';

  constructor(
    /** HTTP status; 0 when no answer arrived. */
    readonly status: number,
    /** S3's error code where S3 has one, else the API's; `NetworkError`, `Stalled`, `KeptBack`, `UnknownOrigin`, `NoCaller`, `ForeignAnswer`, `FileChanged`, `FinishedFirst` and `ChecksumMismatch` are the engine's own. */
    readonly code: string,
    message: string,
    readonly remedy: Remedy,
    /** With `exists`: what is known of the object that is there. */
    readonly there?: There,
    /** Milliseconds that the answer asks to wait before the same is tried again. */
    readonly after?: number,
  ) {
    super(message);
  }
}

/** S3 says both of a request whose time has run out and of credentials that have. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const expiredCodes = new Set(['ExpiredToken', 'ExpiredPresignRequest', 'TokenRefreshRequired', 'RequestTimeTooSkewed']);

/** 4xx answers of S3 that speak of a broken transfer or a passing state, not of a wrong request. */
const passingCodes = new Set([
  'RequestTimeout',
  'SlowDown',
  'IncompleteBody',
  'BadDigest',
  'OperationAborted',
  'ConditionalRequestConflict',
]);

/** Reads S3's XML error answer. An empty or foreign body is judged by its status alone. */
export function s3Error(status: number, body: string, after?: number): UploadError {
  const code = element(body, 'Code') || `HTTP${status}`;
  const message = element(body, 'Message') || `the storage answered with status ${status}`;
  return new UploadError(status, code, message, s3Remedy(status, code, message), undefined, after);
}

function s3Remedy(status: number, code: string, message: string): Remedy {
  if (expiredCodes.has(code)) return 'resign';
  // AWS: 403 AccessDenied "Request has expired". InvalidToken is what the local gateway says of an expired session token.
  if (status === 403 && /expired/i.test(message)) return 'resign';
  if (code === 'InvalidToken') return 'resign';
  if (code === 'NoSuchUpload') return 'restart';
  if (status === 412) return 'exists';
  if (passingCodes.has(code) || passingStatus(status)) return 'retry';
  return 'fail';
}

/** An upload that was cancelled too late: S3 had put it together. */
export function finishedFirstError(): UploadError {
  const detail = 'got an upload that is finished, want one to cancel: delete the file';
  return new UploadError(404, 'FinishedFirst', detail, 'fail');
}

/** Reads the API's problem answer. */
export function problemError(status: number, problem: Problem, after?: number): UploadError {
  const code = problem.code ?? `HTTP${status}`;
  const message = problem.detail ?? problem.title ?? `the service answered with status ${status}`;
  return new UploadError(status, code, message, problemRemedy(status, code), problem, after);
}

function problemRemedy(status: number, code: string): Remedy {
  if (status === 401) return 'renew';
  if (status === 412 || code === 'PreconditionFailed') return 'exists';
  if (code === 'BadDigest') return 'differs';
  // InvalidPart: what this client takes for stored is not; the server's list is asked for again.
  if (code === 'NoSuchUpload' || code === 'InvalidPart') return 'restart';
  if (code === 'ConditionalRequestConflict' || passingStatus(status)) return 'retry';
  return 'fail';
}

function passingStatus(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/** No answer came: cut, refused, offline, or kept from the page by CORS; a browser does not say which. */
export function networkError(): UploadError {
  return new UploadError(0, 'NetworkError', 'the connection was lost before an answer arrived', 'retry');
}

/** How browsers and Node say of a request that nobody answered it. */
const unanswered = /failed to fetch|networkerror|load failed|fetch failed/i;

/**
 * Why nobody knows who calls: what was thrown, or passing trouble where whoever was asked for a token or a pass could not be reached.
 * A line that is gone is gone for them too.
 */
export function callerError(thrown: unknown): unknown {
  if (!(thrown instanceof TypeError && unanswered.test(thrown.message))) return thrown;
  const detail = `got no answer from where this page gets its token or pass: ${thrown.message}`;
  return new UploadError(0, 'NoCaller', detail, 'retry');
}

/** The service answered with something that it never answers with: the sign-in page of a guest network, for one. */
export function foreignError(): UploadError {
  const detail =
    'something in between answered in the place of the service: sign in to the network, or try another one';
  return new UploadError(0, 'ForeignAnswer', detail, 'retry');
}

/** Something answered in the place of S3, which says what it stores with an ETag, and why it does not with a code. */
export function notS3Error(status: number, after?: number): UploadError {
  const detail = `something in between answered with status ${status} in the place of the storage, and nothing was stored: have it let this file through, or send it from another network`;
  return new UploadError(status, `HTTP${status}`, detail, 'retry', undefined, after);
}

/** Others are answered by `host`, and this request never. */
export function keptBackError(host: string): UploadError {
  const detail = `${host} can be reached, but something in between keeps this file back: have it let the file through, or send it from another network`;
  return new UploadError(0, 'KeptBack', detail, 'fail');
}

/** No request of a page of `origin` was ever answered by `host`, although the browser is online. */
export function unknownOriginError(host: string, origin: string, reached: boolean): UploadError {
  const found = reached ? `${host} can be reached, but gave` : `${host} gave`;
  const other = reached
    ? 'something in between refuses the request, or holds it back'
    : 'it does not run, or cannot be reached from here';
  const detail = `${found} no answer to a page of ${origin}: add "${origin}" to origins in its configuration (cdk.json); where it is there already, ${other}`;
  return new UploadError(0, 'UnknownOrigin', detail, 'fail');
}

/** No byte moved for `ms` milliseconds. */
export function stalledError(ms: number): UploadError {
  return new UploadError(0, 'Stalled', `no byte moved for ${Math.round(ms / 1000)} s`, 'retry');
}

/** The file can no longer be read, or not as it was when it was chosen. */
export function changedError(reason: string): UploadError {
  const detail = `the file cannot be read, or has changed since it was chosen (${reason}): choose it again`;
  return new UploadError(0, 'FileChanged', detail, 'fail');
}

/** S3 stored other bytes than were read: they changed on the way. */
export function corruptedError(part: number): UploadError {
  const detail = `part ${part} was stored with another checksum than it was sent with: it is sent again`;
  return new UploadError(200, 'ChecksumMismatch', detail, 'retry');
}

function element(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml);
  return unescapeXml(found?.[1] ?? '');
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescapeXml(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '');
}
