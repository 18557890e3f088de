import { expect, it } from 'vitest';
import { median, ratio } from '../src/bench/rounds.ts';

it.each([
  [[3], 3],
  [[1, 9], 5],
  [[9, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
])('the middle of %j is %d', (figures, want) => expect(median(figures)).toBe(want));

it('there is no middle of nothing', () => expect(() => median([])).toThrow('want one'));

it('compares within rounds, whatever a round’s pace', () => expect(ratio([2, 20, 300], [1, 10, 100])).toBe(2));

it('compares no sides of different lengths', () => expect(() => ratio([1], [1, 2])).toThrow('as many'));
