import { expect, it } from 'vitest';
import { fileId, SAMPLE } from '../src/engine/id.ts';

it('placeholder to be replaced', async () => {
  expect(await fileId({ name: 'a', type: '', lastModified: 0, body: new Blob(['x'.repeat(SAMPLE)]) })).toMatch(/^[0-9a-f]{32}$/);
});
