/**
 * What can go wrong:
 *
 * - `503`: S3 answers SlowDown after the body.
 * - `flip`: one bit of the body's byte at `offset` is changed on the way.
 * - `cut`: the connection ends when `offset` bytes of the body have come in.
 * - `offline`: the line to S3 and to the site is cut then, for `milliseconds`.
 * - `answer-lost`: S3 stores the body, and the connection ends in place of its answer.
 * - `token-expired`: the next token that the API is shown is refused from then on.
 */
export type FaultKind = '503' | 'flip' | 'cut' | 'offline' | 'answer-lost' | 'token-expired';

/** A fault that waits for the next request that it fits: one with a body of more than `offset` bytes, or with a token. */
export interface Fault {
  kind: FaultKind;
  /** Of flip, cut and offline, in bytes. Default 0: the first. */
  offset?: number;
  /** How many requests suffer it. Default 1. */
  count?: number;
  /** Of offline. Default 1000. */
  milliseconds?: number;
}

/** A request that came through. */
export interface LoggedRequest {
  id: number;
  method: string;
  /** Without the query. */
  path: string;
  uploadId?: string;
  /** Part number; none of a file that is sent whole. */
  part?: number;
  /** Bytes of the body that were declared. */
  length: number;
  /** Bytes of the body that came in. */
  received: number;
  /** 0 where the connection ended without an answer. */
  status: number;
  /** Milliseconds since 1970. */
  began: number;
  /** 0 or none while it runs. */
  ended?: number;
}

/** A fault that happened. */
export interface LoggedFault {
  id: number;
  kind: FaultKind;
  began: number;
  ended?: number;
  /** The request that suffered it; none where it hit the line. */
  hit?: number;
  /** Requests with a body that were under way. */
  inFlight: number[];
}

/** What came through, in the order in which it began. */
export interface Log {
  requests: LoggedRequest[];
  events: LoggedFault[];
}

/** A fault by its name is one with all defaults. */
export const asFault = (fault: FaultKind | Fault): Fault => (typeof fault === 'string' ? { kind: fault } : fault);
