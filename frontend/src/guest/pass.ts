import type { components } from '../api.d.ts';
import { networkError } from '../engine/errors.ts';
import { Api, browserNetwork, type Pass, Retrier, systemClock, UploadError } from '../engine/index.ts';
import { storageOf } from '../storage.ts';

/** What a pass is for. */
export type GuestPass = components['schemas']['GuestPass'];

/** What came of showing a pass. */
export type Opened =
  | { kind: 'open'; pass: GuestPass; as: Pass }
  | { kind: 'password'; wrong: boolean }
  | { kind: 'paused'; minutes: number }
  | { kind: 'gone' }
  | { kind: 'failed'; error: unknown };

/**
 * The token of the address, which is taken out of it: it stands in no history, goes to no server, and is kept nowhere.
 * Empty: there is none.
 */
export function takeToken(): string {
  const token = readable(location.hash.slice(1));
  if (token !== '') history.replaceState(null, '', location.pathname);
  return token;
}

/** A link may have been cut in the middle of a letter: the service knows no such pass, and says so. */
function readable(hash: string): string {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

const guestKey = 'signet.guest';

/** Tells this browser from others, to a pass that counts its guests. It says nothing of anybody, and opens nothing. */
export function guestId(): string {
  const store = storageOf('localStorage');
  const known = store?.getItem(guestKey);
  if (known && /^[\w-]{16,64}$/.test(known)) return known;
  const made = crypto.randomUUID();
  store?.setItem(guestKey, made);
  return made;
}

/** Shows a pass to the service, once: what cannot be opened is told at once. */
export async function open(base: string, as: Pass): Promise<Opened> {
  const api = new Api({ base, pass: as, retrier: once() });
  try {
    const { body } = await api.call<GuestPass>('GET', '', AbortSignal.timeout(20_000));
    return { kind: 'open', pass: body, as };
  } catch (error) {
    return outcome(error, as);
  }
}

function outcome(error: unknown, { password }: Pass): Opened {
  if (!(error instanceof UploadError)) return { kind: 'failed', error: late(error) ? networkError() : error };
  if (error.code === 'WrongPassword') return { kind: 'password', wrong: password !== undefined };
  if (error.status === 404) return { kind: 'gone' };
  if (error.code === 'SlowDown' && error.after && error.after > 2_000) {
    return { kind: 'paused', minutes: Math.ceil(error.after / 60_000) };
  }
  return { kind: 'failed', error };
}

/** Whether no answer came in time. */
function late(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

/** Runs each attempt a single time. */
function once(): Retrier {
  const retrier = new Retrier(systemClock, browserNetwork);
  retrier.run = (_where, attempt) => attempt();
  return retrier;
}
