import { expect, it } from 'vitest';
import { personOf, Uploaders } from '../src/view/uploaders.ts';

it.each([
  ['alice', 'alice'],
  ['bob@example.com', 'bob@example.com'],
  ['deadbeef', 'deadbeef'],
  ['5e1f0a52-9d07-4c9b-8d6e-1f2a3b4c5d6e', '5e1f0a52…'],
  ['104823764528710293847', '10482376…'],
  ['', ''],
])('%s is shown as %j', (uploader, name) => {
  expect(personOf(uploader)).toBe(name);
});

it('asks once for each person, one after another, and not again where there is no answer', async () => {
  const asked: string[] = [];
  let changes = 0;
  const number = '5e1f0a52-9d07-4c9b-8d6e-1f2a3b4c5d6e';
  const names: Record<string, string> = { a1: 'alice', b1: number };
  const uploaders = new Uploaders(
    async (key) => {
      asked.push(key);
      const name = names[key];
      if (!name) throw new Error('gone');
      return name;
    },
    () => changes++,
  );
  const rows = [
    { key: 'a1', by: 'aaaaaa' },
    { key: 'a2', by: 'aaaaaa' },
    { key: 'x1', by: 'xxxxxx' },
    { key: 'b1', by: 'bbbbbb' },
    { key: 'own' },
  ];
  const shown = () => rows.map((row) => uploaders.of(row));
  expect(shown()).toEqual(['', '', '', '', '']);
  await expect.poll(() => changes).toBe(2);
  expect(shown()).toEqual(['alice', 'alice', '', number, '']);
  expect(asked).toEqual(['a1', 'x1', 'b1']);
});
