import { describe, expect, it } from 'vitest';
import { guestWords } from '../src/guest/words.ts';
import { linkWords } from '../src/links/words.ts';

/** The braces of a text, in order of their names. */
const braces = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe.each([
  ['guests', guestWords],
  ['links', linkWords],
])('the words of %s', (_name, words) => {
  it('say the same in both languages', () => {
    const { en, ko } = words as { en: Record<string, string>; ko: Record<string, string> };
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
    for (const [word, text] of Object.entries(en)) {
      expect(braces(ko[word] ?? ''), word).toEqual(braces(text));
      expect(ko[word], word).not.toBe(text);
    }
  });
});
