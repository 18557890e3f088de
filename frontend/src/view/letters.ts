/** What programs of a language wrote before UTF-8. */
const OLDER: Record<string, string> = { ko: 'euc-kr', ja: 'shift_jis', zh: 'gb18030', ru: 'windows-1251' };
/** What its first bytes say of a text. */
const MARKS: readonly [string, readonly number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * The letters of a text, or of its beginning where it is `cut`. Nothing tells in what it is written but a mark at its
 * beginning: without one it is UTF-8 where it can be, then what is usual in one of `languages`, and Western European at last.
 */
export function lettersOf(bytes: Uint8Array, cut: boolean, languages: readonly string[]): string {
  const marked = MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte));
  // What was cut may end in the middle of a letter.
  if (marked) return new TextDecoder(marked[0]).decode(bytes, { stream: cut });
  for (const encoding of ['utf-8', ...languages.flatMap((one) => OLDER[one.slice(0, 2)] ?? [])]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: cut });
    } catch {} // it is none
  }
  return new TextDecoder('windows-1252').decode(bytes);
}
