import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { type FilesProps, filesElement, hear, parted, type UploadProps, uploadElement } from '../src/wrapped.ts';

it.each(['react', 'vue', 'svelte'])('the wrapper for %s is thin: at most 60 lines', (name) => {
  const lines = readFileSync(resolve(import.meta.dirname, `../src/${name}.ts`), 'utf8')
    .trim()
    .split('\n');
  expect(lines.length).toBeLessThanOrEqual(60);
});

it('props may be undefined, as others have them: under exactOptionalPropertyTypes that is another type than left out', () => {
  const unknown = undefined as string | undefined;
  const maybe = undefined as boolean | undefined;
  const upload: UploadProps = { base: unknown, space: unknown, folder: unknown, name: unknown, required: maybe };
  const files: FilesProps = { base: unknown, heading: unknown, disabled: maybe, onOpen: undefined, pass: unknown };
  for (const props of [upload, files])
    expect(Object.values(parted(filesElement, props).attributes).every((value) => value === undefined)).toBe(true);
});

it('props are parted into settings, calls and attributes', () => {
  const token = async () => '';
  const onStored = () => {};
  const props = {
    base: '/api',
    token,
    engine: undefined,
    onStored,
    onClick: onStored,
    required: false,
    disabled: false,
    className: 'a',
  };
  expect(parted(uploadElement, props)).toEqual({
    settings: { token, engine: undefined },
    calls: [['signet-stored', onStored]],
    attributes: { base: '/api', onClick: onStored, required: undefined, disabled: undefined, class: 'a' },
  });
  expect(parted(filesElement, { onStored, onOpen: undefined, hidden: true })).toEqual({
    settings: {},
    calls: [],
    attributes: { onStored, hidden: '' },
  });
});

it('events are heard with their detail until it is ended', () => {
  const host = new EventTarget() as HTMLElement;
  const said: unknown[] = [];
  const end = hear(host, [['signet-folder', (detail) => said.push(detail)]]);
  const go = (folder: string) => host.dispatchEvent(new CustomEvent('signet-folder', { detail: { folder } }));
  go('a');
  end();
  go('b');
  expect(said).toEqual([{ folder: 'a' }]);
});
