import type { LoggedRequest } from '../../../../frontend/package/testing/src/faults.ts';
import type { LayerLog } from '../rig/proxy.ts';
import type { Fault } from './plan.ts';

/** What became of one upload. */
export interface Verdict {
  number: number;
  faults: Fault[];
  /** Faults of the plan that really happened. */
  struck: number;
  /** Whether the engine said that it is done. */
  done: boolean;
  /** Whether the objects of this name are the file as it is at the end and as it was each time that it was stored, by their SHA-256. */
  whole: boolean;
  /** Bytes that came in for a part beyond its size. */
  resent: number;
  /** Bytes of the parts in flight at the faults. */
  inFlight: number;
  seconds: number;
  /** What the engine said when it gave up. */
  error?: string;
}

/** Something that is not the file was reported as done. */
export function wrong({ done, whole }: Verdict): boolean {
  return done && !whole;
}

/** All is as it should be. */
export function good(verdict: Verdict): boolean {
  const { done, whole, resent, inFlight, struck, faults } = verdict;
  return done && whole && resent <= inFlight && struck === faults.length;
}

/** Whether a kind of fault is in an upload's plan. */
export function suffers({ faults }: Verdict, kind: Fault['kind']): boolean {
  return faults.some((fault) => fault.kind === kind);
}

/**
 * Bytes sent twice: for each part, what came in of all its sendings beyond its size once. Parts are told apart by object
 * and number, so that an upload begun anew for the same file counts in full; `changed` files are told apart by upload
 * too, because theirs have to begin anew.
 */
export function resentBytes({ requests }: LayerLog, changed: boolean): number {
  const parts = new Map<string, { length: number; received: number }>();
  for (const request of requests.filter(isPart)) {
    const name = JSON.stringify([request.path, request.part, changed ? request.uploadId : '']);
    const part = parts.get(name) ?? { length: request.length, received: 0 };
    part.received += request.received;
    parts.set(name, part);
  }
  return sum([...parts.values()].map(({ length, received }) => Math.max(0, received - length)));
}

/** Bytes that S3 has got, each counted once: by upload and part the most that one sending brought. */
export function distinctBytes({ requests }: LayerLog): number {
  const most = new Map<string, number>();
  for (const { uploadId, part, received } of requests.filter(isPart)) {
    const name = `${uploadId} ${part}`;
    most.set(name, Math.max(most.get(name) ?? 0, received));
  }
  return sum([...most.values()]);
}

/** Bytes of the parts in flight at the faults. One sending of a part counts once, at however many of them it was under way: it is lost once. */
export function inFlightBytes({ requests, events }: LayerLog): number {
  const hit = new Set(events.flatMap(({ inFlight }) => inFlight));
  return sum(requests.filter((request) => isPart(request) && hit.has(request.id)).map(({ length }) => length));
}

function isPart({ method, part }: LoggedRequest): boolean {
  return method === 'PUT' && part !== undefined;
}

export function sum(figures: number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
