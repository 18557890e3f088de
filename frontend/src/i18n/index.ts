import { storageOf } from '../storage.ts';
import { formatBytes } from './bytes.ts';
import { en, type Key } from './en.ts';
import { ko } from './ko.ts';

export type { Key } from './en.ts';

/** The page's languages, each under its own name. */
export const languages = { en: 'English', ko: '한국어' } as const;
export type Language = keyof typeof languages;

const texts: Record<Language, Record<Key, string>> = { en, ko };
const remembered = 'signet.language';

/** The first of the reader's languages that the page speaks; English when none. */
export function pickLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split('-')[0] ?? '';
    if (primary in languages) return primary as Language;
  }
  return 'en';
}

/** The text under `key` with its braces filled; an unknown brace stays, so that it is noticed. */
export function translate(language: Language, key: Key, values: Record<string, string | number> = {}): string {
  return fill(texts[language][key], values);
}

/** A text with its braces filled; an unknown brace stays, so that it is noticed. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (brace, name: string) => String(values[name] ?? brace));
}

/** The language in use, and who wants to know when it changes. */
export class I18n {
  #language: Language;
  readonly #listeners = new Set<() => void>();
  /** Made once a language: to make one takes as long as to draw a row. */
  #times: Intl.DateTimeFormat | undefined;

  constructor(
    language: Language,
    private readonly store?: Storage,
  ) {
    this.#language = language;
  }

  /** The language chosen before in this browser, else by the browser's own preference. */
  static fromBrowser(): I18n {
    const store = storageOf('localStorage');
    const stored = store?.getItem(remembered);
    return new I18n(pickLanguage(stored ? [stored, ...navigator.languages] : navigator.languages), store);
  }

  get language(): Language {
    return this.#language;
  }

  set language(language: Language) {
    this.#language = language;
    this.#times = undefined;
    this.store?.setItem(remembered, language);
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after every change of language; the answer ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly t = (key: Key, values?: Record<string, string | number>): string => translate(this.#language, key, values);

  /** A date and time as the reader writes it. */
  time(iso: string): string {
    this.#times ??= new Intl.DateTimeFormat(this.#language, { dateStyle: 'medium', timeStyle: 'short' });
    return this.#times.format(new Date(iso));
  }

  /** Bytes in binary units, with three significant digits. */
  bytes(size: number): string {
    return formatBytes(size, this.#language);
  }

  /** A length of time, rounded up to what a person would say. */
  duration(seconds: number): string {
    const whole = Math.max(1, Math.ceil(seconds));
    if (whole < 60) return this.t('seconds', { count: whole });
    const minutes = Math.ceil(whole / 60);
    if (minutes < 60) return this.t('minutes', { count: minutes });
    return this.t('hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
}
