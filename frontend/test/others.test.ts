import { expect, it } from 'vitest';
import { othersOf } from '../src/view/others.ts';

const version = (key: string, more: object = {}) => {
  return {
    key,
    versionId: `of-${key}`,
    size: 1,
    modified: '2026-01-01T00:00:00Z',
    latest: true,
    deleted: false,
    ...more,
  };
};
const marker = (key: string) => version(key, { deleted: true });
const past = (key: string) => version(key, { latest: false });

it.each([
  ['nothing else', [version('new')], 1, undefined],
  ['one older file', [version('new'), version('old')], 2, 'old'],
  ['an older version of the older file too', [version('new'), version('old'), past('old')], 3, 'old'],
  ['an older file that is deleted', [version('new'), marker('old'), past('old')], 2, undefined],
  ['one older file beside a deleted one', [version('new'), marker('x'), past('x'), version('old')], 3, 'old'],
  ['many older files: none of them is offered', [version('new'), version('old'), version('older')], 3, undefined],
])('%s', async (_, versions, count, older) => {
  const others = await othersOf({ versions: async () => versions }, 'new');
  expect([others.versions, others.older?.key]).toEqual([count, older]);
});
