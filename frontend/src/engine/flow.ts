import type { Api } from './api.ts';
import type { Presigner } from './batch.ts';
import type { Budget } from './budget.ts';
import type { Clock } from './clock.ts';
import type { Edge } from './edge.ts';
import { notS3Error, s3Error, UploadError } from './errors.ts';
import type { Host, Hosts } from './hosts.ts';
import type { Pool } from './pool.ts';
import type { Reader } from './reader.ts';
import type { Retrier, Waiting } from './retry.ts';
import { type Body, type Send, type SendAnswer, sizeOf } from './send.ts';
import type { Turns } from './turns.ts';

/** What all uploads of an engine share. */
export interface Context {
  api: Api;
  presigner: Presigner;
  /** Requests to S3, by host. */
  hosts: Hosts;
  /** The way to S3 through the page's own origin. */
  edge: Edge;
  retrier: Retrier;
  /** Files that look alike, one after the other. */
  turns: Turns;
  /** Small files, and samples of large ones, that are read at once. */
  reading: Pool;
  /** Parts whose checksums are computed at once. */
  readingParts: Pool;
  reader: Reader;
  /** Bytes of small files that are kept from reading until they are sent. */
  memory: Budget;
  send: Send;
  clock: Clock;
}

/** How far one upload is. */
export interface Progress {
  /** Bytes of the file that have left; goes back where a part is sent again. */
  sent: number;
  /** The file's size. */
  total: number;
  /** Only of uploads in parts: bytes that S3 has said it holds, which a pause or a lost line leaves. */
  stored?: number;
  /** Only of uploads in parts. */
  parts?: {
    count: number;
    /** Numbers (from 1) of the parts that S3 holds. */
    stored: ReadonlySet<number>;
    /** Part number → bytes of it that have left. */
    inFlight: ReadonlyMap<number, number>;
  };
  /** Bytes read so far to find out whether a file that is there already is this one; missing when nothing is compared. */
  comparing?: number;
  /** Why nothing moves at the moment: the connection is gone, or the service asked for patience. */
  waiting?: Waiting;
}

/** Called while an upload runs, often. */
export type OnProgress = (progress: Progress) => void;

/** How an upload ended well. */
export interface Outcome {
  /** Unknown where a service does not tell of an object that had been there before. */
  key?: string;
  /** True when the file was already there: its content has been compared, by its checksum. */
  existed: boolean;
  /** With the engine's option `receipt`. Missing where there was none to be had. */
  receipt?: Receipt;
}

/** A signed HEAD of what is stored, for the application's own server. `expires` is RFC 3339. */
export interface Receipt {
  url: string;
  headers?: Record<string, string>;
  expires: string;
}

/** One way to send one file. It keeps what it has reached, so that `run` after an abort goes on from there. */
export interface Flow {
  run(signal: AbortSignal): Promise<Outcome>;
  /**
   * Begins nothing more, cuts what is far from its end, and resolves when what is near it has ended, after GRACE
   * milliseconds at the latest. Undefined where nothing is near its end. A run goes no further after it, and is to be aborted.
   */
  settle?(): Promise<void> | undefined;
  /** Forgets and deletes what is unfinished in S3. */
  discard(): Promise<void>;
}

/** Signatures that may expire in a row without a byte being accepted; more means that something else is wrong. */
export const RESIGNS = 3;

/** What becomes of a part that made room for others. */
const YIELDED = Symbol('yielded');
/** What becomes of a body whose way was closed. */
const TURNED = Symbol('turned');

/** Where a body goes. */
export interface Address {
  url: string;
  /** The same request through the page's own origin. */
  edge?: string;
  fields?: Record<string, string>;
  headers: Record<string, string>;
}

/** A body on its way. */
export interface Shipment {
  body: Body;
  /** Whether it is one of several parts, of which the first are to be stored first. */
  part?: boolean;
  /** Asked before every attempt. */
  address(): Promise<Address>;
  /** Told when S3 refused an address, so that the next is signed anew. */
  expired(): void;
  /** Checks what S3 says that it stored: its checksum, where it tells one. Rejects with an UploadError to have it sent again. */
  check?(crc64nvme: string | undefined): Promise<void>;
  /** Called when no answer came: rejects with an UploadError where the body itself is the reason. */
  lost?(): Promise<void>;
  /** Bytes of the body that have left. */
  onSent(bytes: number): void;
  onWait(why?: Waiting): void;
}

/** Sends a shipment, within its host's pool and pace, through passing trouble and expired signatures. */
export async function ship(context: Context, shipment: Shipment, signal: AbortSignal): Promise<void> {
  let place = 's3';
  const attempt = async () => {
    const size = sizeOf(shipment.body);
    let turned = false;
    for (let first = false; ; ) {
      const way = wayOf(context, await shipment.address(), size);
      place = way.origin;
      const stored = await promised(way, size, () =>
        // Asked again once there is a place: what was signed may have ended while it waited.
        way.pool.run(async () => sendOnce(context, shipment, way, signal), signal, first),
      ).catch((error) => {
        if (turned) context.edge.judge(error);
        throw error;
      });
      first = stored === YIELDED;
      turned = stored === TURNED;
      if (first || turned) continue;
      // Outside the pool: the next body leaves while the checksum of this one is still being computed.
      return compare(shipment, stored as string | undefined);
    }
  };
  for (let resigns = 0; ; resigns++) {
    try {
      return await context.retrier.run(() => place, attempt, signal, shipment.onWait);
    } catch (error) {
      if (!(error instanceof UploadError) || error.remedy !== 'resign' || resigns >= RESIGNS) throw error;
      shipment.expired();
    }
  }
}

/** Which way a body of `size` bytes goes. */
function wayOf({ edge, hosts }: Context, address: Address, size: number): Host {
  const direct = () => hosts.of(address.url);
  return edge.takes(address.edge) && edge.suits(size, direct) ? edge : direct();
}

async function promised<T>(host: Host, size: number, send: () => Promise<T>): Promise<T> {
  host.promised += size;
  try {
    return await send();
  } finally {
    host.promised -= size;
  }
}

async function compare(shipment: Shipment, stored: string | undefined): Promise<void> {
  try {
    await shipment.check?.(stored);
  } catch (error) {
    shipment.onSent(0);
    throw error;
  }
}

/**
 * Answers the checksum of what S3 stored, where it tells one; YIELDED where a part has made room for those before it, TURNED
 * where the edge is closed by now.
 */
async function sendOnce(
  context: Context,
  shipment: Shipment,
  way: Host,
  signal: AbortSignal,
): Promise<string | undefined | typeof YIELDED | typeof TURNED> {
  const { edge, ...address } = await shipment.address();
  const byEdge = way === context.edge;
  if (byEdge) {
    if (!context.edge.takes(edge)) return TURNED;
    address.url = edge;
  }
  const host = byEdge ? way : context.hosts.of(address.url);
  const { pace } = host;
  const room = new AbortController();
  const trial = byEdge ? context.edge.trial : undefined;
  const flight = { size: sizeOf(shipment.body), sent: 0, yield: () => room.abort() };
  const settle = host.owe(flight.size);
  const land = shipment.part ? host.begin(flight) : () => {};
  const begun = context.clock.now();
  let sent = 0;
  const onSent = (bytes: number) => {
    const more = Math.max(0, bytes - sent);
    sent = bytes;
    host.carried(more);
    if (shipment.part) host.moved(flight, more);
    shipment.onSent(bytes);
  };
  try {
    const answer = await context.send({
      ...address,
      body: shipment.body,
      signal: AbortSignal.any([signal, room.signal, ...(trial ? [trial] : [])]),
      onSent,
      patience: () => host.patience,
    });
    accept(answer);
    host.heard();
    pace.success();
    return answer.crc64nvme;
  } catch (error) {
    shipment.onSent(0);
    if (room.signal.aborted && !signal.aborted) return YIELDED;
    if (trial?.aborted && !signal.aborted) return TURNED;
    if (!(error instanceof UploadError)) throw error;
    if (byEdge && context.edge.blamed(error)) return TURNED;
    if (error.status !== 0) host.heard();
    if (error.code === 'Stalled' && sent >= flight.size) host.unheard();
    if (congested(error)) pace.trouble(begun);
    if (error.status === 0) {
      host.failed = true;
      if (!byEdge && context.hosts.lost(host)) shipment.expired();
      await shipment.lost?.();
    }
    throw error;
  } finally {
    settle();
    land();
  }
}

/** Throws unless S3 says that it has stored the body. */
function accept({ status, body, foreign, retryAfter }: SendAnswer): void {
  if (status >= 200 && status < 300 && !foreign) return;
  const error = foreign ? notS3Error(status) : s3Error(status, body, retryAfter);
  throw error.remedy === 'fail' && !body.includes('<Code>') ? notS3Error(status, retryAfter) : error;
}

/** Whether fewer requests at once may help. */
function congested({ status, code }: UploadError): boolean {
  return status === 0 || status === 429 || status === 503 || code === 'RequestTimeout' || code === 'SlowDown';
}
