import { describe, expect, it } from 'vitest';
import { Meter } from '../src/meter.ts';
import {
  emptyListing,
  hasMore,
  type Listing,
  latestStored,
  STEP,
  visible,
  withDeleted,
  withFirstPage,
  withFolders,
  withNextPage,
  withoutChanged,
  withStored,
} from '../src/view/files-model.ts';

const empty = emptyListing(false);
const file = (key: string, modified = '2026-01-01T00:00:00Z') => ({ key, name: key, folder: '', size: 1, modified });
type File = ReturnType<typeof file>;
const page = (files: File[], next?: string, folders: string[] = []) => ({
  ...{ files, folders, complete: true },
  ...(next ? { next } : {}),
});
/** A listing after the first page was read; nothing was stored since. */
const first = (old: Listing, files: File[], next?: string, folders?: string[]) =>
  withFirstPage(old, page(files, next, folders), latestStored(old));
const keys = ({ rows }: Listing) => rows.map(({ key }) => key);

describe('listing', () => {
  it('shows the newest first, equal times by name', () => {
    const files = [file('b'), file('new', '2026-02-01T00:00:00Z'), file('a')];
    expect(first(empty, files).rows.map(({ key }) => key)).toEqual(['new', 'a', 'b']);
  });

  it('adds the next page once, however pages overlap, and shows more', () => {
    const begun = first(empty, [file('a'), file('b')], 'cursor');
    const both = withNextPage(begun, page([file('b'), file('c')]));
    expect(both.rows.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(both).toMatchObject({ next: undefined, shown: 2 * STEP });
  });

  it('keeps a deleted row in its place over a refresh, until the file is back', () => {
    const listing = withDeleted(first(empty, [file('a'), file('b')]), 'a', true);
    const refreshed = first(listing, [file('b')]);
    expect(refreshed.rows.map(({ key, deleted }) => [key, deleted])).toEqual([
      ['a', true],
      ['b', false],
    ]);
    const restored = first(refreshed, [file('a'), file('b')]);
    expect(restored.rows.every(({ deleted }) => !deleted)).toBe(true);
  });

  it('forgets rows that somebody else deleted', () => {
    const listing = first(empty, [file('a'), file('b')]);
    expect(first(listing, [file('b')]).rows.map(({ key }) => key)).toEqual(['b']);
  });
});

describe('what this page has stored', () => {
  const fresh = (key: string, stored: number, modified?: string) => ({ ...file(key, modified), stored });
  const listing = first(empty, [file('a'), file('b', '2026-02-01T00:00:00Z')]);

  it('stands on top, the last of them first, whatever time S3 has of it', () => {
    const stored = withStored(listing, [fresh('x', 1, '2025-01-01T00:00:00Z'), fresh('y', 2, '2024-01-01T00:00:00Z')]);
    expect(keys(stored)).toEqual(['y', 'x', 'b', 'a']);
    const refreshed = first(stored, [file('b'), file('x', '2025-01-01T00:00:00Z'), file('y'), file('z')]);
    expect(keys(refreshed)).toEqual(['y', 'x', 'b', 'z']);
  });

  it('is one row, though it was there or is stored again', () => {
    expect(keys(withStored(listing, [fresh('a', 1), fresh('a', 2)]))).toEqual(['a', 'b']);
    const again = withStored(withDeleted(listing, 'a', true), [fresh('a', 1)]);
    expect(again.rows[0]).toMatchObject({ key: 'a', deleted: false });
  });

  it('goes with a reading that shows it is gone, and stays where a page of many does not show it', () => {
    const stored = withStored(listing, [fresh('x', 1)]);
    expect(keys(first(stored, [file('a')]))).toEqual(['a']);
    expect(keys(first(stored, [file('a')], 'on'))).toEqual(['x', 'a']);
  });

  it('stays over a reading that began before it was stored', () => {
    const since = latestStored(listing);
    const stored = withStored(listing, [fresh('x', 1)]);
    expect(keys(withFirstPage(stored, page([file('a')]), since))).toEqual(['x', 'a']);
  });
});

describe('folders', () => {
  it('are in order, each once, over pages and what comes to be', () => {
    const begun = first(empty, [], 'on', ['photos', 'Äpfel', 'art']);
    expect(begun.folders).toEqual(['Äpfel', 'art', 'photos']);
    const more = withNextPage(begun, page([], undefined, ['photos', 'music']));
    expect(withFolders(more, ['bills', 'art', 'bills']).folders).toEqual(['Äpfel', 'art', 'bills', 'music', 'photos']);
  });

  it('are shown by steps too', () => {
    const many = first(
      empty,
      [],
      undefined,
      Array.from({ length: STEP + 1 }, (_, i) => `f${i}`),
    );
    expect(visible(many).folders).toHaveLength(STEP);
    expect(hasMore(many)).toBe(true);
  });
});

describe('listing of deleted files', () => {
  const deleted = first(emptyListing(true), [file('a'), file('b')]);
  const flags = (listing: typeof deleted) => listing.rows.map((row) => [row.key, row.deleted]);

  it('holds rows that are deleted, of every page', () => {
    expect(flags(withNextPage(deleted, page([file('c')])))).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
  });

  it('keeps a restored row in its place over a refresh, until the file is deleted again', () => {
    const refreshed = first(withDeleted(deleted, 'a', false), [file('b')]);
    expect(flags(refreshed)).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(flags(first(refreshed, [file('a'), file('b')]))).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  it('lets a restored row go when it is opened again', () => {
    expect(flags(withoutChanged(withDeleted(deleted, 'a', false)))).toEqual([['b', true]]);
  });

  it('forgets rows that somebody else restored', () => {
    expect(flags(first(deleted, [file('b')]))).toEqual([['b', true]]);
  });

  it('has more while a cursor is left, though no row has come', () => {
    const none = first(emptyListing(true), [], 'cursor');
    expect([visible(none).rows, hasMore(none)]).toEqual([[], true]);
    expect(hasMore(withNextPage(none, page([])))).toBe(false);
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
