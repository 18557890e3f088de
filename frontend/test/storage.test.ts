import { afterEach, expect, it, vi } from 'vitest';
import { I18n } from '../src/i18n/index.ts';
import { storageOf } from '../src/storage.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A store that throws at `at`: when it is named, or when something is written. */
function blocked(at: 'name' | 'write'): void {
  const deny = () => {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  };
  vi.stubGlobal('localStorage', undefined);
  const write = { setItem: deny, removeItem: () => {}, getItem: () => null };
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, get: at === 'name' ? deny : () => write });
}

it.each(['name', 'write'] as const)('a store that is denied by %s is none, and the page speaks without it', (at) => {
  blocked(at);
  vi.stubGlobal('navigator', { languages: ['ko-KR'] });
  expect(storageOf('localStorage')).toBeUndefined();
  const i18n = I18n.fromBrowser();
  expect(i18n.language).toBe('ko');
  i18n.language = 'en';
  expect(i18n.t('signOut')).toBe('Sign out');
});

it('a store that works is given, with nothing left in it', () => {
  const kept = new Map<string, string>();
  const store = { setItem: (k: string, v: string) => kept.set(k, v), removeItem: (k: string) => kept.delete(k) };
  vi.stubGlobal('localStorage', store);
  expect(storageOf('localStorage')).toBe(store);
  expect(kept.size).toBe(0);
});
