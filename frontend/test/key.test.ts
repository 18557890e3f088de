import { expect, it } from 'vitest';
import { placeOfKey } from '../src/key.ts';

it.each([
  ['uploads/alice/a~hftze3os7wcrq4jxihmvmlopcty.txt', '', '', 'a.txt'],
  [
    'uploads/alice/photos/2026/beach~p5wlwfyyugmioad5wy6yjvo4qs-v2frjbqkpgmiq.jpg',
    'photos/2026',
    'photos/2026',
    'beach.jpg',
  ],
  ['uploads/alice/README~hftze3os7wcrq4jxihmvmlopcty', '', '', 'README'],
  ['uploads/alice/.hidden~hftze3os7wcrq4jxihmvmlopcty', '', '', '.hidden'],
  ['uploads/alice/a~b~c.tar~hftze3os7wcrq4jxihmvmlopcty.gz', '', '', 'a~b~c.tar.gz'],
  // What another tool put there keeps its last segment as name.
  ['uploads/alice/plain.txt', '', '', 'plain.txt'],
  ['uploads/alice/~hftze3os7wcrq4jxihmvmlopcty.txt', '', '', '~hftze3os7wcrq4jxihmvmlopcty.txt'],
  // The service cleans segments, but it leaves as many.
  ['uploads/alice/caf\u00e9/b/a~hftze3os7wcrq4jxihmvmlopcty.txt', 'cafe\u0301\\b', 'caf\u00e9/b', 'a.txt'],
])('%s, asked for in %j', (key, asked, folder, name) => {
  expect(placeOfKey(key, asked)).toEqual({ folder, name });
});
