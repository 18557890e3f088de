import { beforeEach, expect, it } from 'vitest';
import { Pace, WINDOW } from '../src/engine/pace.ts';
import { FakeClock } from './fake.ts';

let clock: FakeClock;
let pace: Pace;
beforeEach(() => {
  clock = new FakeClock();
  pace = new Pace(6, clock);
});

/** Windows of a full pool at `rate` bytes a millisecond. */
function windows(count: number, rate: number, running = 6): void {
  for (let i = 0; i < count; i++) {
    clock.time += WINDOW;
    pace.moved(rate * WINDOW, running);
  }
}

it('begins with as many as there are, and has no more after successes', () => {
  expect(pace.limit).toBe(6);
  for (let i = 0; i < 100; i++) pace.success();
  expect(pace.limit).toBe(6);
});

it('halves after trouble, never to nothing, and grows by one a round', () => {
  const limits = [3, 1, 1, 1];
  for (const limit of limits) {
    clock.time++;
    pace.trouble(clock.time);
    expect(pace.limit).toBe(limit);
  }
  for (let i = 0; i < 4; i++) pace.success();
  expect(pace.limit).toBeGreaterThan(1);
  for (let i = 0; i < 40; i++) pace.success();
  expect(pace.limit).toBe(6);
});

it('takes the trouble of all that was under way for one', () => {
  clock.time = 100;
  for (let i = 0; i < 6; i++) pace.trouble(50);
  expect(pace.limit).toBe(3);
  pace.trouble(100);
  expect(pace.limit).toBe(1);
});

it('eases when goodput falls to less than half', () => {
  windows(3, 100);
  expect(pace.limit).toBe(6);
  windows(1, 60);
  expect(pace.limit).toBe(6);
  windows(1, 40);
  expect(pace.limit).toBe(4);
  windows(1, 40); // the new measure
  expect(pace.limit).toBe(4);
});

it('does not take a pool that is not full, or a pause, for a slow line', () => {
  windows(3, 100);
  windows(3, 10, 2);
  expect(pace.limit).toBe(6);
  clock.time += 20 * WINDOW;
  pace.moved(1, 6);
  expect(pace.limit).toBe(6);
});
