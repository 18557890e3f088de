import { expect, it } from 'vitest';
import { words } from '../src/words.ts';

it.each([
  [new Error('no'), 'no'],
  [new DOMException('gone', 'NotFoundError'), 'gone'],
  [new DOMException('', 'NotFoundError'), 'NotFoundError'],
  [{ name: 'UploadError', message: 'got x, want y' }, 'got x, want y'],
  [{ status: 500 }, '{"status":500}'],
  ['plain', 'plain'],
  [undefined, 'undefined'],
  [null, 'null'],
  [404, '404'],
])('%o says %s', (error, want) => {
  expect(words(error)).toBe(want);
});
