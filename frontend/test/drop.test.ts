import { expect, it } from 'vitest';
import { type DroppedItem, walk } from '../src/view/drop-walk.ts';

/** Files by name: their text; folders: what is in them; null: what cannot be read. */
type Tree = { [name: string]: string | null | Tree };

const refuse = (reject: (error: DOMException) => void) => reject(new DOMException('no right', 'NotReadableError'));

function entry(name: string, content: Tree[string] | undefined): FileSystemEntry {
  const isDirectory = content !== null && typeof content === 'object';
  const file = (resolve: (file: File) => void, reject: (error: DOMException) => void) =>
    typeof content === 'string' ? resolve(new File([content], name)) : refuse(reject);
  const createReader = () => {
    const entries = Object.entries(isDirectory ? content : {}).map(([child, inner]) => entry(child, inner));
    return {
      // As browsers give them: some at a time, none at the end.
      readEntries: (resolve: (some: FileSystemEntry[]) => void, reject: (error: DOMException) => void) =>
        name === 'locked' ? refuse(reject) : resolve(entries.splice(0, 2)),
    };
  };
  return { name, isDirectory, isFile: !isDirectory, file, createReader } as unknown as FileSystemEntry;
}

function item(name: string, content: Tree[string]): DroppedItem {
  const file = typeof content === 'string' ? new File([content], name) : null;
  return { kind: 'file', webkitGetAsEntry: () => entry(name, content), getAsFile: () => file };
}

it('finds all files with their paths, in order', async () => {
  const tree = { 'a.txt': '1', sub: { 'a.txt': '2', deep: { 'a.txt': '3' } }, 'z.txt': '4' };
  const { files, empty, unreadable } = await walk([item('one.txt', '0'), item('set', tree)]);
  expect(files.map(({ path, file }) => [path, file.name])).toEqual([
    ['', 'one.txt'],
    ['set/a.txt', 'a.txt'],
    ['set/sub/a.txt', 'a.txt'],
    ['set/sub/deep/a.txt', 'a.txt'],
    ['set/z.txt', 'z.txt'],
  ]);
  expect([empty, unreadable]).toEqual([[], []]);
});

it('names folders in which there is nothing, the outermost of them', async () => {
  const found = await walk([item('none', { in: { side: {} }, out: {} }), item('some', { 'a.txt': '1', none: {} })]);
  expect(found.empty).toEqual(['none', 'some/none']);
  expect(found.files).toHaveLength(1);
});

it('names what cannot be read, which does not stop the rest', async () => {
  const found = await walk([item('set', { 'a.txt': null, locked: { 'b.txt': '1' }, 'c.txt': '2' })]);
  expect(found.unreadable.map(({ path }) => path)).toEqual(['set/a.txt', 'set/locked']);
  expect(found.files.map(({ path }) => path)).toEqual(['set/c.txt']);
  expect(found.empty).toEqual([]);
});

it('takes a file that has no entry, and leaves text alone', async () => {
  const dropped = { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => new File(['x'], 'made.txt') };
  const text = { kind: 'string', webkitGetAsEntry: () => null, getAsFile: () => null };
  const found = await walk([dropped, text]);
  expect(found.files.map(({ path, file }) => [path, file.name])).toEqual([['', 'made.txt']]);
});
