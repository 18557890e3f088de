import { expect, it } from 'vitest';
import { legible } from '../src/view/brand.ts';

it.each([
  ['#000000', '#ffffff'],
  ['#1f4788', '#ffffff'],
  ['#c02020', '#ffffff'],
  ['#0a7c3f', '#ffffff'],
  ['#ffd400', '#000000'],
  ['#9dbcf5', '#000000'],
  ['#ffffff', '#000000'],
])('on %s one writes in %s', (color, letters) => {
  expect(legible(color)).toBe(letters);
});
