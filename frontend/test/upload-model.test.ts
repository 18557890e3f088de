import { describe, expect, it } from 'vitest';
import { I18n } from '../src/i18n/index.ts';
import type { FileProgress } from '../src/running.ts';
import type { UploadItem } from '../src/uploads/item.ts';
import type { UploadTotals } from '../src/uploads/uploads.ts';
import { ROW, windowOf } from '../src/view/upload-list.ts';
import { itemOf, itemText, onItsWay, partsText, totalsText } from '../src/view/upload-model.ts';
import { source } from './fake.ts';

const MiB = 1024 * 1024;
const i18n = new I18n('en');

/** What the list says of a file that is at `state`. */
function upload(state: UploadItem['state'], more: Partial<UploadItem> = {}): UploadItem {
  return { id: 'a', file: source('a.bin', 0), state, share: 0, sent: 0, total: 8 * MiB, ...more };
}

const running = (more: Partial<FileProgress> = {}): FileProgress => ({ sent: 0, total: 8 * MiB, ...more });

describe('what a row is at, and what it says', () => {
  it.each([
    ['queued', upload('queued'), '8 MiB · waiting for its turn'],
    ['sending', upload('sending', { sent: MiB }), '1 MiB of 8 MiB'],
    ['sending', upload('sending', { sent: MiB, speed: MiB, left: 7 }), '1 MiB of 8 MiB · 1 MiB/s · 7 s left'],
    ['comparing', upload('comparing', { comparing: MiB }), 'Comparing with the file that is there: 1 MiB of 8 MiB'],
    ['finishing', upload('sending', { sent: 8 * MiB }), '8 MiB sent, being checked'],
    ['paused', upload('paused', { sent: MiB }), 'Paused at 1 MiB of 8 MiB'],
    ['offline', upload('waiting', { waiting: 'offline' }), 'No connection. Goes on by itself when it is back.'],
    ['busy', upload('waiting', { waiting: 'busy' }), 'The service is busy. Goes on by itself in a moment.'],
    // A person's pause says more than the reason for which nothing moved before it.
    ['paused', upload('paused', { waiting: 'offline' }), 'Paused at 0 B of 8 MiB'],
    ['failed', upload('failed', { error: 'no' }), 'Failed. Do this.'],
    ['done', upload('stored', { existed: false }), '8 MiB · uploaded'],
    ['existed', upload('stored', { existed: true }), '8 MiB · was there already'],
  ] as const)('%s', (status, from, text) => {
    const item = itemOf(from, 'Do this.');
    expect(item.status).toBe(status);
    expect(itemText(i18n, item)).toBe(text);
    expect(onItsWay(item)).toBe(!['failed', 'done', 'existed'].includes(status));
  });

  it.each([
    [1, '8 MiB · uploaded'],
    [2, '8 MiB · uploaded · 2 versions of a.bin'],
  ])('a file that is up tells of %d versions of its name', (versions, text) => {
    expect(itemText(i18n, itemOf(upload('stored', { existed: false }), '', { versions }))).toBe(text);
  });

  it('knows where a file lay in its folder', () => {
    const file = source('a.bin', 0);
    expect(itemOf(upload('queued', { file: { ...file, folder: 'photos' } }), '').path).toBe('photos/a.bin');
    expect(itemOf(upload('queued'), '').path).toBe('a.bin');
  });

  it('tells the parts to whoever does not see them', () => {
    const parts = { count: 9, stored: new Set([1, 2]), inFlight: new Map([[3, 10]]) };
    expect(partsText(i18n, running({ parts }))).toBe('2 of 9 parts stored, 1 on their way');
    expect(partsText(i18n, running())).toBe('');
  });
});

describe('what is said of all files', () => {
  const totals: UploadTotals = {
    files: 3,
    stored: 1,
    failed: 0,
    cancelled: 0,
    active: 2,
    paused: 0,
    sent: MiB,
    total: 4 * MiB,
  };
  it.each([
    [totals, true, '1 MiB of 4 MiB'],
    [{ ...totals, speed: MiB, left: 3 }, true, '1 MiB of 4 MiB · 1 MiB/s · 3 s left'],
    [{ ...totals, waiting: 'offline' as const }, true, 'No connection. Goes on by itself when it is back.'],
    [totals, false, '1 of 3 files uploaded'],
  ])('%o, on their way: %s', (state, active, text) => {
    expect(totalsText(i18n, state, active)).toBe(text);
  });
});

describe('which rows are drawn', () => {
  it.each([
    ['none', 0, 0, 300],
    ['the first', 10_000, 0, 300],
    ['in the middle', 10_000, 5000 * ROW, 300],
    ['the last', 10_000, 10_000 * ROW - 300, 300],
    ['after many were taken off', 3, 5000 * ROW, 300],
  ])('%s', (_, count, top, height) => {
    const { first, end } = windowOf(count, top, height);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(count);
    expect(end - first).toBeLessThanOrEqual(height / ROW + 10);
    for (let row = Math.floor(top / ROW); row * ROW < top + height && row < count; row++) {
      expect(row >= first && row < end).toBe(true);
    }
  });
});
