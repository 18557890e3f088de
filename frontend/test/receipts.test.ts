import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Receipts } from '../src/element/receipts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** Receipts that live for 15 minutes, numbered; `down` says that none can be had. */
function kept() {
  const world = { down: false, asked: 0, changes: 0 };
  const ask = async (key: string) => {
    world.asked++;
    if (world.down) throw new Error('no line');
    return `https://s3/${key}?X-Amz-Expires=900&n=${world.asked}`;
  };
  return { world, receipts: new Receipts(ask, () => world.changes++) };
}

it('of a file that is not wanted any more is not asked for again', async () => {
  const { world, receipts } = kept();
  receipts.keep('a');
  receipts.keep('b');
  await after(1);
  receipts.drop('a');
  expect(receipts.of('a')).toBeUndefined();
  await after(450);
  expect(world.asked).toBe(3);
  receipts.clear();
  await after(900);
  expect(world.asked).toBe(3);
});

it('a receipt is renewed when half of its life is over, as long as it is wanted', async () => {
  const { world, receipts } = kept();
  receipts.keep('a');
  receipts.keep('a');
  await after(1);
  expect(receipts.of('a')).toContain('n=1');
  await after(448);
  expect(world.asked).toBe(1);
  await after(2);
  expect(receipts.of('a')).toContain('n=2');
  expect(world.changes).toBe(2);
  receipts.clear();
  await after(3600);
  expect(world.asked).toBe(2);
  expect(receipts.of('a')).toBeUndefined();
});

it('one that cannot be had is asked for again, and the old one stays meanwhile', async () => {
  const { world, receipts } = kept();
  world.down = true;
  receipts.keep('a');
  await after(1);
  expect(receipts.of('a')).toBeUndefined();
  world.down = false;
  await after(15);
  expect(receipts.of('a')).toContain('n=2');
  world.down = true;
  await after(460);
  expect(receipts.of('a')).toContain('n=2');
  world.down = false;
  await after(15);
  expect(receipts.of('a')).not.toContain('n=2');
});

it('an answer that comes after all was forgotten is none', async () => {
  let answer = (_: string) => {};
  const receipts = new Receipts(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
    () => {},
  );
  receipts.keep('a');
  await after(0);
  receipts.clear();
  answer('https://s3/a?X-Amz-Expires=900');
  await after(1000);
  expect(receipts.of('a')).toBeUndefined();
});

it('none is asked for while its element is in no page, and new ones are once it is put back', async () => {
  const { world, receipts } = kept();
  receipts.keep('a');
  await after(1);
  receipts.rest();
  receipts.keep('b');
  await after(3600);
  expect(world.asked).toBe(1);
  receipts.wake();
  await after(1);
  expect(world.asked).toBe(3);
  expect(receipts.of('b')).toContain('n=3');
  await after(450);
  expect(world.asked).toBe(5);
});

it('one that is on its way while its element is taken away is the last', async () => {
  const { world, receipts } = kept();
  receipts.keep('a');
  vi.advanceTimersByTime(0);
  receipts.rest();
  await after(3600);
  expect(world.asked).toBe(1);
});
