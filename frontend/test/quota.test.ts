import { expect, it } from 'vitest';
import { I18n } from '../src/i18n/index.ts';
import { quotaText, shareOf } from '../src/view/quota.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;
const none = { files: 0, bytes: 0 };
const quota = { used: { files: 12, bytes: 3 * GiB }, deleted: none, deletedDays: 30 };

it.each([
  [{ bytes: 10 * GiB }, none, '3 GiB of 10 GiB used'],
  [{ files: 20 }, none, '12 of 20 files'],
  [{ bytes: 10 * GiB, files: 20 }, none, '3 GiB of 10 GiB used · 12 of 20 files'],
  [
    { bytes: 10 * GiB },
    { files: 1, bytes: 300 * MiB },
    '3 GiB of 10 GiB used · 300 MiB of it is deleted and goes by itself within 30 days',
  ],
])('of %j with %j deleted it says %j', (limit, deleted, text) => {
  const i18n = new I18n('en');
  expect(quotaText({ t: i18n.t, bytes: (size) => i18n.bytes(size) }, { ...quota, limit, deleted })).toBe(text);
});

it.each([
  [{ bytes: 6 * GiB }, 0.5],
  [{ files: 24 }, 0.5],
  [{ bytes: 30 * GiB, files: 16 }, 0.75],
  [{ bytes: GiB }, 1],
  [{}, 0],
])('of %j the share %d is taken', (limit, share) => {
  expect(shareOf({ used: quota.used, limit })).toBe(share);
});
