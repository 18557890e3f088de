import { describe, expect, it } from 'vitest';
import { Api, Retrier } from '../src/engine/index.ts';
import { Files, LOOK } from '../src/files.ts';
import { FilesReader } from '../src/view/files-reader.ts';
import { FakeClock, steady } from './fake.ts';

/** Files over an API that answers each call with the next of `answers`, the last one for ever; and the calls that it got. */
function over(...answers: unknown[]): { files: Files; calls: string[] } {
  const calls: string[] = [];
  const api = new Api({
    base: '/api',
    token: async () => 'token',
    renew: async () => 'token',
    retrier: new Retrier(new FakeClock(), steady),
    fetch: async (url, init) => {
      calls.push(`${init?.method} ${url}${init?.body ? ` ${init.body}` : ''}`);
      const answer = answers[Math.min(calls.length, answers.length) - 1];
      return new Response(JSON.stringify(answer));
    },
  });
  return { files: new Files(api), calls };
}

const a = { key: 'a', name: 'a', folder: '', size: 0, modified: '2026-01-01T00:00:00Z' };
const rest = { folders: [], complete: true };

describe('a folder', () => {
  it.each([
    ['', 0, undefined, 'order=newest&limit=1000'],
    ['photos/2026 & more', 0, undefined, 'order=newest&limit=1000&folder=photos%2F2026+%26+more'],
    ['', 2500, 'on', 'order=newest&limit=2500&cursor=on'],
    ['', 50_000, undefined, 'order=newest&limit=10000'],
  ])('%j, %d files, from %s', async (folder, most, cursor, query) => {
    const { files, calls } = over({ ...rest, files: [a] });
    const asked = { folder, order: 'newest', prefix: '' } as const;
    expect(await files.list(asked, most, cursor)).toEqual({ ...rest, files: [a] });
    expect(calls).toEqual([`GET /api/files?${query}`]);
  });
});

it('a folder by name, what begins with a text, what contains it anywhere', async () => {
  const { files, calls } = over({ ...rest, files: [] });
  await files.list({ folder: 'x', order: 'name', prefix: 'a&' }, 50_000);
  await files.search('x', 'b c', 'on');
  expect(calls).toEqual([
    'GET /api/files?order=name&limit=1000&prefix=a%26&folder=x',
    'GET /api/files?search=b+c&recursive=true&limit=1000&folder=x&cursor=on',
  ]);
});

it('all of a folder, page by page', async () => {
  const { files, calls } = over({ ...rest, files: [a], next: 'on' }, { ...rest, files: [a] });
  const found = [];
  for await (const page of files.below('x')) found.push(...page);
  expect([found.length, calls.length]).toEqual([2, 2]);
});

it('a call that had no time for some is made again for these', async () => {
  const late = { status: 503, code: 'SlowDown', detail: 'later' };
  const { files, calls } = over({ files: [{ key: 'a' }, { key: 'b', error: late }] }, { files: [{ key: 'b' }] });
  expect(await files.deleteAll(['a', 'b'])).toEqual([]);
  expect(calls[1]).toBe('POST /api/files/delete {"keys":["b"]}');
});

describe('deleting several', () => {
  it('names exactly those, and tells which could not be', async () => {
    const error = { status: 404, code: 'NoSuchKey', detail: 'got no file, want one: list them' };
    const { files, calls } = over({ files: [{ key: 'a' }, { key: 'b', error }] });
    expect(await files.deleteAll(['a', 'b'])).toMatchObject([{ key: 'b', error: { code: 'NoSuchKey' } }]);
    expect(calls).toEqual(['POST /api/files/delete {"keys":["a","b"]}']);
  });
});

describe('deleted files', () => {
  it('are asked for as such', async () => {
    const { files, calls } = over({ files: [a] });
    expect(await files.listDeleted('', 'c&d')).toEqual({ files: [a] });
    await files.listDeleted('photos/2026');
    expect(calls).toEqual([
      'GET /api/files?deleted=true&recursive=true&limit=1000&cursor=c%26d',
      'GET /api/files?deleted=true&recursive=true&limit=1000&folder=photos%2F2026',
    ]);
  });

  it('are looked for over empty pages', async () => {
    const { files, calls } = over({ files: [], next: '1' }, { files: [], next: '2' }, { files: [a], next: '3' });
    expect(await files.listDeleted('')).toEqual({ files: [a], next: '3' });
    expect(calls.map((call) => new URLSearchParams(call.split('?')[1]).get('cursor'))).toEqual([null, '1', '2']);
  });

  it('are looked for no further than LOOK empty pages, nor over the end', async () => {
    const endless = over({ files: [], next: 'on' });
    expect(await endless.files.listDeleted('')).toEqual({ files: [], next: 'on' });
    expect(endless.calls.length).toBe(LOOK);
    const ended = over({ files: [], next: 'on' }, { files: [] });
    expect(await ended.files.listDeleted('')).toEqual({ files: [] });
    expect(ended.calls.length).toBe(2);
  });

  it('come back with their newest version that has content', async () => {
    const version = (versionId: string, deleted: boolean, key = 'a') => {
      return { key, versionId, deleted, size: 1, modified: '', latest: false };
    };
    // Of the same name there may be another object.
    const versions = [
      version('other', false, 'b'),
      version('marker', true),
      version('new', false),
      version('old', false),
    ];
    const { files, calls } = over({ versions }, { key: 'a', versionId: 'new' });
    await files.undelete('a');
    expect(calls).toEqual(['GET /api/files/versions?key=a', 'POST /api/files/restore {"key":"a","versionId":"new"}']);
  });

  it('that have no content left are told so', async () => {
    const { files } = over({ versions: [] });
    await expect(files.undelete('a')).rejects.toThrow('got no version with content');
  });
});

describe('reader', () => {
  /** A reader whose pages the test hands out by hand. */
  function byHand() {
    const asked: {
      cursor: string | undefined;
      most: number;
      answer(page: { files: (typeof a)[]; next?: string }): void;
      fail(): void;
    }[] = [];
    const outcomes: string[] = [];
    const reader = new FilesReader({
      deleted: true,
      succeeded: () => outcomes.push('read'),
      read: (cursor, most) =>
        new Promise((resolve, reject) => {
          const answer = (page: { files: (typeof a)[]; next?: string }) => resolve({ ...rest, ...page });
          asked.push({ cursor, most, answer, fail: () => reject(new Error('no')) });
        }),
      changed: () => {},
      failed: () => outcomes.push('failed'),
    });
    return { reader, asked, outcomes };
  }

  it('answers calls that come in mid-reading by one more reading', async () => {
    const { reader, asked } = byHand();
    const first = reader.refresh();
    void reader.refresh();
    void reader.refresh();
    expect(asked.length).toBe(1);
    asked[0]?.answer({ files: [] });
    await first;
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.answer({ files: [a] });
    await expect.poll(() => reader.listing.rows.length).toBe(1);
    expect(asked.length).toBe(2);
  });

  it('has failed when the first reading did, and is ready once one succeeds, whatever fails later', async () => {
    const { reader, asked, outcomes } = byHand();
    const states: string[] = [reader.state];
    for (const end of ['fail', 'answer', 'fail'] as const) {
      const reading = reader.refresh();
      const last = asked.at(-1);
      if (end === 'fail') last?.fail();
      else last?.answer({ files: [a] });
      await reading;
      states.push(reader.state);
    }
    expect(states).toEqual(['loading', 'failed', 'ready', 'ready']);
    // A failure is told of until the list has been read after it.
    expect(outcomes).toEqual(['failed', 'read', 'failed']);
    expect(reader.listing.rows.length).toBe(1);
  });

  it('reads the next page when the rows it has are shown, and tells how many came', async () => {
    const { reader, asked } = byHand();
    const first = reader.refresh();
    asked[0]?.answer({ files: [], next: 'on' });
    await first;
    const more = reader.more();
    expect(asked[1]?.cursor).toBe('on');
    asked[1]?.answer({ files: [a] });
    expect(await more).toBe(1);
    expect(reader.listing.next).toBeUndefined();
  });

  it('reads as much again as it had, in as many pages as that takes', async () => {
    const { reader, asked } = byHand();
    const file = (n: number) => ({ ...a, key: `k${n}` });
    const first = reader.refresh();
    asked[0]?.answer({ files: [file(1), file(2)], next: '2' });
    await first;
    const more = reader.more();
    asked[1]?.answer({ files: [file(3)], next: '3' });
    await more;
    const again = reader.refresh();
    expect(asked[2]).toMatchObject({ cursor: undefined, most: 3 });
    asked[2]?.answer({ files: [file(0), file(1)], next: '2' });
    await expect.poll(() => asked.length).toBe(4);
    expect(asked[3]).toMatchObject({ cursor: '2', most: 1 });
    asked[3]?.answer({ files: [file(1), file(2)], next: '3' });
    await again;
    expect(reader.listing.rows.map(({ key }) => key)).toEqual(['k0', 'k1', 'k2']);
    expect(reader.listing.next).toBe('3');
  });
});
