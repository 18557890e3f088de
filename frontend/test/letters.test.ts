import { expect, it } from 'vitest';
import { lettersOf } from '../src/view/letters.ts';

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string, big = false) => {
  const bytes = new Uint8Array(2 + text.length * 2);
  const view = new DataView(bytes.buffer);
  const letters = `\ufeff${text}`;
  for (let i = 0; i < letters.length; i++) view.setUint16(2 * i, letters.charCodeAt(i), !big);
  return bytes;
};

it.each<[string, Uint8Array, string[], string]>([
  ['UTF-8', utf8('한글 é'), ['en'], '한글 é'],
  ['UTF-8 with a mark', utf8('\ufeffé'), ['en'], 'é'],
  ['UTF-16, as "Unicode text" of Windows', utf16('héllo 한글'), ['en'], 'héllo 한글'],
  ['UTF-16, the other way round', utf16('한글', true), ['en'], '한글'],
  ['EUC-KR, read by a Korean', Uint8Array.of(0xc7, 0xd1, 0xb1, 0xdb), ['ko'], '한글'],
  ['the same where Korean is the second language', Uint8Array.of(0xc7, 0xd1, 0xb1, 0xdb), ['en', 'ko-KR'], '한글'],
  ['Western European', latin('caf\xe9'), ['en', 'ko'], 'café'],
  ['nothing', new Uint8Array(), ['ko'], ''],
])('%s', (_, bytes, languages, want) => {
  expect(lettersOf(bytes, false, languages)).toBe(want);
});

it('what is cut in the middle of a letter is no other writing', () => {
  expect(lettersOf(utf8('한글').slice(0, 5), true, ['ko'])).toBe('한');
  expect(lettersOf(Uint8Array.of(0xc7, 0xd1, 0xb1), true, ['ko'])).toBe('한');
});
