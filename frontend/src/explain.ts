import { UploadError } from './engine/index.ts';
import type { Key } from './i18n/index.ts';
import { words } from './words.ts';

/** What a person is told of a failure: what happened, and what to do. */
export interface Explanation {
  /** In the words of whoever refused: got, allowed, fix. */
  detail: string;
  /** In the reader's language. */
  advice: string;
  /** For whoever runs the site; empty when there is none. */
  code: string;
}

const adviceOf: Record<string, Key> = {
  NoSuchPass: 'adviceOver',
  WrongPassword: 'adviceOver',
  QuotaExceeded: 'adviceFull',
  NetworkError: 'adviceNetwork',
  Stalled: 'adviceNetwork',
  NoCaller: 'adviceNetwork',
  KeptBack: 'adviceNetwork',
  ForeignAnswer: 'adviceNetwork',
  UnknownOrigin: 'adviceOrigin',
  Unauthorized: 'adviceSignIn',
  ExpiredToken: 'adviceSignIn',
  EntityTooLarge: 'adviceTooLarge',
  TypeForbidden: 'adviceType',
  FileChanged: 'adviceChanged',
  SlowDown: 'adviceBusy',
  NoSuchKey: 'adviceGone',
  NoSuchVersion: 'adviceGone',
};

/** Where the service's own words are for programs alone: they name keys, calls and what an operator sets. */
const detailOf: Record<string, Key> = { NoSuchKey: 'detailGone', NoSuchVersion: 'detailGone' };

/** Puts an error into words. */
export function explain(error: unknown, t: (key: Key) => string): Explanation {
  if (!(error instanceof UploadError)) {
    return { detail: words(error), advice: t('adviceDefault'), code: '' };
  }
  const own = detailOf[error.code];
  return { detail: own ? t(own) : error.message, advice: t(adviceFor(error)), code: error.code };
}

/** The same in a sentence, where there is room for no more: advice in the reader's language, or what the error says of itself. */
export function saying(error: unknown, t: (key: Key) => string): string {
  const { detail, advice, code } = explain(error, t);
  return code === '' ? detail : advice;
}

function adviceFor({ code, status }: UploadError): Key {
  if (adviceOf[code]) return adviceOf[code];
  if (status === 401) return 'adviceSignIn';
  if (status === 404) return 'adviceGone';
  if (status === 429 || status === 503) return 'adviceBusy';
  return 'adviceDefault';
}
