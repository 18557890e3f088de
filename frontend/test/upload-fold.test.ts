import { describe, expect, it } from 'vitest';
import type { UploadItem } from '../src/uploads/item.ts';
import { FOLD, linesOf } from '../src/view/upload-fold.ts';
import { source } from './fake.ts';

/** Files by their states: u is up, m moves, f failed. */
function items(states: string): UploadItem[] {
  const names = { u: 'stored', m: 'sending', f: 'failed' } as const;
  return [...states].map((letter, i) => {
    const state = names[letter as keyof typeof names];
    return { id: `${letter}${i}`, file: source('a', 0), state, share: 0, sent: 0, total: 10 };
  });
}

describe('lines of the list', () => {
  const wide = { narrow: false, open: false, asks: () => false };
  it.each([
    ['', [], wide],
    ['u', ['u0'], wide],
    ['uuu', ['u0', 'u1', 'u2'], wide],
    ['uuuu', [FOLD], wide],
    ['ufmufmuu', ['m2', 'm5', 'f1', 'f4', FOLD], wide],
    ['uuuu', [FOLD, 'u0', 'u1', 'u2', 'u3'], { ...wide, open: true }],
    ['um', ['m1', 'u0'], { ...wide, narrow: true }],
    ['uum', ['m2', FOLD], { ...wide, narrow: true }],
    // What asks something is not hidden, and does not count.
    ['uuumu', ['m3', 'u1', 'u0', 'u2', 'u4'], { ...wide, asks: (id: string) => id === 'u1' }],
    ['uuuuu', ['u1', FOLD], { ...wide, asks: (id: string) => id === 'u1' }],
  ])('%s', (states, ids, folding) => {
    expect(linesOf(items(states), folding).ids).toEqual(ids);
  });

  it('tell what is folded, open or not', () => {
    for (const open of [false, true]) {
      const { fold } = linesOf(items('mufuuu'), { ...wide, open });
      expect(fold).toEqual({ ids: ['u1', 'u3', 'u4', 'u5'], bytes: 40, open });
    }
  });
});
