import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { filesElement, hear, parted, uploadElement } from '../src/wrapped.ts';

it.each(['react', 'vue', 'svelte'])('the wrapper for %s is thin: at most 60 lines', (name) => {
  const lines = readFileSync(resolve(import.meta.dirname, `../src/${name}.ts`), 'utf8')
    .trim()
    .split('\n');
  expect(lines.length).toBeLessThanOrEqual(60);
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
