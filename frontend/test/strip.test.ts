import { describe, expect, it } from 'vitest';
import type { FileProgress } from '../src/running.ts';
import { cells, draw, HEIGHT } from '../src/view/strip.ts';

/** A file of `count` parts of 1000 bytes. */
function parts(count: number, stored: Iterable<number>, inFlight: [number, number][] = []): FileProgress {
  const set = new Set(stored);
  const sent = set.size * 1000 + inFlight.reduce((sum, [, bytes]) => sum + bytes, 0);
  return { sent, total: count * 1000, parts: { count, stored: set, inFlight: new Map(inFlight) } };
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('cells', () => {
  it('ten parts are ten cells: stored, half sent, just begun, waiting for a connection, left', () => {
    const found = cells(
      parts(
        10,
        [1, 2, 5],
        [
          [3, 500],
          [4, 1],
          [6, 0],
        ],
      ),
      600,
    );
    expect(found).toHaveLength(10);
    expect(found.map(({ stored }) => stored)).toEqual([1, 1, 0, 0, 1, 0, 0, 0, 0, 0]);
    expect(found[2]?.flight).toBe(0.5);
    expect(found[3]?.flight).toBeGreaterThan(0);
    expect(found[5]).toEqual({ stored: 0, flight: 0 });
    expect(found[9]).toEqual({ stored: 0, flight: 0 });
  });

  it.each([
    [10_000, 900],
    [10_000, 227],
    [10_000, 3],
    [226, 227],
    [7, 227],
    [1, 227],
  ])('%d parts over %d pixels: no more cells than can be told apart, and each part in one of them', (count, width) => {
    const found = cells(parts(count, upTo(count)), width);
    expect(found.length).toBe(Math.max(1, Math.min(count, Math.floor(width / 4))));
    for (const cell of found) expect(cell).toEqual({ stored: 1, flight: 0 });
  });

  it('what is on its way is seen among ten thousand parts', () => {
    const found = cells(parts(10_000, upTo(5000), [[5001, 1]]), 227);
    const flying = found.filter(({ flight }) => flight > 0);
    expect(flying).toHaveLength(1);
    expect(flying[0]?.flight).toBeGreaterThanOrEqual(0.25);
    const stored = found.reduce((sum, cell) => sum + cell.stored, 0) / found.length;
    expect(stored).toBeCloseTo(0.5, 1);
  });

  it('a file that is sent whole is one cell, an empty one too', () => {
    expect(cells({ sent: 25, total: 100 }, 600)).toEqual([{ stored: 0, flight: 0.25 }]);
    expect(cells({ sent: 0, total: 0 }, 600)).toEqual([{ stored: 0, flight: 0 }]);
  });
});

describe('draw', () => {
  const numbers = (path: string) =>
    [...path.matchAll(/M([\d.]+) ([\d.]+)h([\d.-]+)/g)].map((m) => m.slice(1).map(Number));

  it('puts the cells side by side over the whole width, a gap between two', () => {
    const { left } = draw(cells(parts(10, []), 600), 600);
    const rectangles = numbers(left);
    expect(rectangles.map(([x]) => x)).toEqual([0, 60, 120, 180, 240, 300, 360, 420, 480, 540]);
    expect(rectangles.map(([, , width]) => width)).toEqual([59, 59, 59, 59, 59, 59, 59, 59, 59, 60]);
  });

  it('fills wide cells from the left and narrow ones from the bottom', () => {
    expect(numbers(draw([{ stored: 0.25, flight: 0.5 }], 100).flight)).toEqual([[25, 0, 50]]);
    const narrow = draw([{ stored: 0.25, flight: 0.5 }], 4);
    expect(numbers(narrow.stored)).toEqual([[0, 0.75 * HEIGHT, 4]]);
    expect(numbers(narrow.flight)).toEqual([[0, 0.25 * HEIGHT, 4]]);
  });

  it('what is on its way is drawn inside its cell even where nearly all of it is stored', () => {
    expect(numbers(draw([{ stored: 0.9, flight: 0.3 }], 100).flight)).toEqual([[70, 0, 30]]);
  });

  it('leaves out what is not there', () => {
    expect(draw([{ stored: 0, flight: 0 }], 100)).toMatchObject({ stored: '', flight: '' });
  });
});
