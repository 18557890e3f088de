import { expect, it } from 'vitest';
import { Budget } from '../src/engine/budget.ts';
import { settled } from './fake.ts';

const never = new AbortController().signal;

it('gives no more than there is, first come first served', async () => {
  const budget = new Budget(10);
  const got: string[] = [];
  const take = async (name: string, bytes: number) => {
    const release = await budget.take(bytes, never);
    got.push(name);
    return release;
  };
  const a = await take('a', 6);
  const b = take('b', 6);
  void take('c', 1);
  await settled();
  expect(got).toEqual(['a']);
  a();
  a(); // twice is once
  await settled();
  expect(got).toEqual(['a', 'b', 'c']);
  void take('d', 4);
  await settled();
  expect(got).not.toContain('d');
  (await b)();
  await settled();
  expect(got).toContain('d');
});

it('lets in what asks for more than there is, alone', async () => {
  const budget = new Budget(10);
  const first = await budget.take(1, never);
  const large = budget.take(1000, never);
  first();
  (await large)();
  await budget.take(10, never);
});

it('who leaves the queue holds nobody up', async () => {
  const budget = new Budget(10);
  await budget.take(6, never);
  const leaving = new AbortController();
  const large = budget.take(8, leaving.signal);
  const small = budget.take(2, never);
  leaving.abort(new Error('paused'));
  await expect(large).rejects.toThrow('paused');
  await small;
});
