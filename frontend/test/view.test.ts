import { describe, expect, it } from 'vitest';
import { Meter } from '../src/meter.ts';
import {
  beginningWith,
  emptyListing,
  type Listing,
  latestStored,
  united,
  withDeleted,
  withFirstPage,
  withFolders,
  withNextPage,
  without,
  withoutChanged,
  withStored,
} from '../src/view/files-model.ts';
import { Selection } from '../src/view/selection.ts';
import { MOST, windowOf } from '../src/view/virtual-rows.ts';

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

  it('adds the next page once, however pages overlap', () => {
    const begun = first(empty, [file('a'), file('b')], 'cursor');
    const both = withNextPage(begun, page([file('b'), file('c')]));
    expect(both.rows.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(both.next).toBeUndefined();
  });

  it('keeps a deleted row in its place over a refresh, until the file is back', () => {
    const listing = withDeleted(first(empty, [file('a'), file('b')]), ['a'], true);
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
    const again = withStored(withDeleted(listing, ['a'], true), [fresh('a', 1)]);
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
    const refreshed = first(withDeleted(deleted, ['a'], false), [file('b')]);
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
    expect(flags(withoutChanged(withDeleted(deleted, ['a'], false)))).toEqual([['b', true]]);
  });

  it('forgets rows that somebody else restored', () => {
    expect(flags(first(deleted, [file('b')]))).toEqual([['b', true]]);
  });
});

describe('a listing by name', () => {
  const named = emptyListing(false, 'name');

  it('counts in names as people do, and has what was just stored in its place', () => {
    const listing = first(named, [file('b10'), file('b9'), file('A')]);
    expect(keys(withStored(listing, [{ ...file('b9.5'), stored: 1 }]))).toEqual(['A', 'b9', 'b9.5', 'b10']);
  });
});

describe('what is left of a listing', () => {
  const listing = first(empty, [file('Résumé'), file('result'), file('other')], undefined, ['reports', 'art']);

  it.each([
    ['RE', ['result'], ['reports']],
    ['re\u0301', ['Résumé'], []],
    ['x', [], []],
  ])('begins with %j', (text, rows, folders) => {
    const left = beginningWith(listing, text);
    expect([keys(left), left.folders]).toEqual([rows, folders]);
  });

  it('is united with what the service has found, each once', () => {
    const found = first(empty, [file('result'), file('rest')], 'on', ['reports', 'rents']);
    const both = united(beginningWith(listing, 're'), found);
    expect([keys(both).sort(), both.folders, both.next]).toEqual([['rest', 'result'], ['rents', 'reports'], 'on']);
  });

  it('has neither files nor folders that were moved away', () => {
    const left = without(listing, new Set(['other']), new Set(['art']));
    expect([keys(left).sort(), left.folders]).toEqual([['Résumé', 'result'], ['reports']]);
  });
});

describe('selection', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const chosen = (selection: Selection) => ids.filter((id) => selection.has(id)).join('');

  it('reaches from the line chosen last, down and up, and takes the same away', () => {
    const selection = new Selection();
    selection.toggle('b', true);
    selection.reach(ids, 'd', true);
    expect(chosen(selection)).toBe('bcd');
    selection.reach(ids, 'a', true);
    expect(chosen(selection)).toBe('abcd');
    selection.toggle('a', false);
    selection.reach(ids, 'c', false);
    expect(chosen(selection)).toBe('d');
  });

  it('lets go of what is no longer there', () => {
    const selection = new Selection();
    selection.all(ids);
    selection.keep(new Set(['b', 'e']));
    expect([chosen(selection), selection.size]).toEqual(['be', 2]);
    selection.clear();
    selection.reach(ids, 'c', true);
    expect(chosen(selection)).toBe('c');
  });
});

describe('the rows that are drawn', () => {
  it('are all where there are few', () => {
    expect(windowOf(MOST, 46, -5000, 800)).toEqual({ first: 0, end: MOST });
  });

  it.each([
    [10_000, 46, 400, 800],
    [10_000, 46, -230_000, 800],
    [10_000, 46, -459_500, 800],
    [10_000, 46, -900_000, 800],
    [10_000, 36, -5000, 4000],
    [MOST + 1, 46, -MOST * 46, 800],
  ])('of %d, %d high, at %d in %d: what is seen, and never more than MOST', (count, row, top, height) => {
    const { first, end } = windowOf(count, row, top, height);
    expect(end - first).toBeLessThanOrEqual(MOST);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(count);
    const seen = { first: Math.max(0, Math.floor(-top / row)), end: Math.ceil((height - top) / row) };
    if (seen.first < count) {
      expect(first).toBeLessThanOrEqual(seen.first);
      expect(end).toBeGreaterThanOrEqual(Math.min(count, seen.end));
    }
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
