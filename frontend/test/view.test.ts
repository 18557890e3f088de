import { describe, expect, it } from 'vitest';
import { Meter } from '../src/meter.ts';
import {
  emptyListing,
  hasMore,
  STEP,
  visible,
  withDeleted,
  withFirstPage,
  withNextPage,
  withoutChanged,
} from '../src/view/files-model.ts';

const empty = emptyListing(false);
const file = (key: string, modified = '2026-01-01T00:00:00Z') => ({ key, name: key, size: 1, modified });

describe('listing', () => {
  it('shows the newest first, equal times by name', () => {
    const files = [file('b'), file('new', '2026-02-01T00:00:00Z'), file('a')];
    expect(withFirstPage(empty, files, undefined).rows.map(({ key }) => key)).toEqual(['new', 'a', 'b']);
  });

  it('adds the next page once, however pages overlap, and shows more', () => {
    const first = withFirstPage(empty, [file('a'), file('b')], 'cursor');
    const both = withNextPage(first, [file('b'), file('c')], undefined);
    expect(both.rows.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(both).toMatchObject({ next: undefined, shown: 2 * STEP });
  });

  it('keeps a deleted row in its place over a refresh, until the file is back', () => {
    const listing = withDeleted(withFirstPage(empty, [file('a'), file('b')], undefined), 'a', true);
    const refreshed = withFirstPage(listing, [file('b')], undefined);
    expect(refreshed.rows.map(({ key, deleted }) => [key, deleted])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    const restored = withFirstPage(refreshed, [file('a'), file('b')], undefined);
    expect(restored.rows.every(({ deleted }) => !deleted)).toBe(true);
  });

  it('forgets rows that somebody else deleted', () => {
    const listing = withFirstPage(empty, [file('a'), file('b')], undefined);
    expect(withFirstPage(listing, [file('b')], undefined).rows.map(({ key }) => key)).toEqual(['b']);
  });
});

describe('listing of deleted files', () => {
  const deleted = withFirstPage(emptyListing(true), [file('a'), file('b')], undefined);
  const flags = (listing: typeof deleted) => listing.rows.map((row) => [row.key, row.deleted]);

  it('holds rows that are deleted, of every page', () => {
    expect(flags(withNextPage(deleted, [file('c')], undefined))).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
  });

  it('keeps a restored row in its place over a refresh, until the file is deleted again', () => {
    const refreshed = withFirstPage(withDeleted(deleted, 'a', false), [file('b')], undefined);
    expect(flags(refreshed)).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(flags(withFirstPage(refreshed, [file('a'), file('b')], undefined))).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  it('lets a restored row go when it is opened again', () => {
    expect(flags(withoutChanged(withDeleted(deleted, 'a', false)))).toEqual([['b', true]]);
  });

  it('forgets rows that somebody else restored', () => {
    expect(flags(withFirstPage(deleted, [file('b')], undefined))).toEqual([['b', true]]);
  });

  it('has more while a cursor is left, though no row has come', () => {
    const none = withFirstPage(emptyListing(true), [], 'cursor');
    expect([visible(none), hasMore(none)]).toEqual([[], true]);
    expect(hasMore(withNextPage(none, [], undefined))).toBe(false);
  });
});

describe('meter', () => {
  it('knows nothing at first, then the speed, and smooths a jump', () => {
    const meter = new Meter();
    expect(meter.sample(0, 0)).toBeUndefined();
    expect(meter.sample(1000, 1000)).toBe(1000);
    const jumped = meter.sample(11_000, 2000) ?? 0;
    expect(jumped).toBeGreaterThan(1000);
    expect(jumped).toBeLessThan(10_000);
  });

  it('takes bytes that are sent again for standing still, and ends at nothing', () => {
    const meter = new Meter();
    meter.sample(0, 0);
    meter.sample(1000, 1000);
    const slower = meter.sample(500, 2000) ?? 0;
    expect(slower).toBeGreaterThan(0);
    expect(slower).toBeLessThan(1000);
    let last: number | undefined = slower;
    for (let t = 3000; t < 60_000; t += 1000) last = meter.sample(500, t);
    expect(last).toBeUndefined();
  });
});
