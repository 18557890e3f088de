import { describe, expect, it } from 'vitest';
import { en } from '../src/i18n/en.ts';
import { I18n, pickLanguage, translate } from '../src/i18n/index.ts';
import { ko } from '../src/i18n/ko.ts';

const braces = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('texts', () => {
  it('Korean has exactly the keys of English', () => {
    expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(Object.keys(en) as (keyof typeof en)[])('%s: not empty, the same values in both', (key) => {
    expect(en[key].trim()).not.toBe('');
    expect(ko[key].trim()).not.toBe('');
    expect(braces(ko[key])).toEqual(braces(en[key]));
  });
});

describe('pickLanguage', () => {
  it.each([
    [['ko-KR', 'en'], 'ko'],
    [['KO'], 'ko'],
    [['fr', 'ko'], 'ko'],
    [['en-GB', 'ko'], 'en'],
    [['kok'], 'en'],
    [[], 'en'],
  ])('%o: %s', (preferred, want) => {
    expect(pickLanguage(preferred)).toBe(want);
  });
});

describe('translate', () => {
  it('fills braces', () => {
    expect(translate('en', 'deleted', { name: 'a.txt' })).toBe('a.txt is deleted');
  });

  it('takes a value as it is, even one that looks like a brace or a pattern', () => {
    expect(translate('en', 'deleted', { name: '{name}$&' })).toBe('{name}$& is deleted');
  });

  it('leaves a brace without value to be seen', () => {
    expect(translate('en', 'deleted')).toBe('{name} is deleted');
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [5 * 1024 ** 2, '5 MiB'],
    [64 * 1024 ** 2 + 1, '64 MiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [1.5 * 1024 ** 3, '1.5 GiB'],
    [48.8 * 1024 ** 4, '48.8 TiB'],
    [5000 * 1024 ** 4, '5,000 TiB'],
  ])('%d: %s', (size, want) => {
    expect(new I18n('en').bytes(size)).toBe(want);
  });
});

describe('duration', () => {
  it.each([
    [0, '1 s'],
    [0.2, '1 s'],
    [59, '59 s'],
    [59.5, '1 min'],
    [60, '1 min'],
    [61, '2 min'],
    [3541, '1 h 0 min'],
    [3600, '1 h 0 min'],
    [7260, '2 h 1 min'],
  ])('%d seconds: %s', (seconds, want) => {
    expect(new I18n('en').duration(seconds)).toBe(want);
  });
});
