import { describe, expect, it } from 'vitest';
import type { Space } from '../src/engine/index.ts';
import { anything, refused, rulesOf } from '../src/uploads/rules.ts';
import { source } from './fake.ts';

const pictures = { allowedTypes: ['image/*', 'application/pdf'], maxObjectSize: 10 };

describe('what rules let in', () => {
  it.each([
    ['image/png', 10, undefined],
    ['IMAGE/PNG', 1, undefined],
    ['application/pdf; version=1', 1, undefined],
    ['application/pdfx', 1, 'TypeForbidden'],
    ['imagex/png', 1, 'TypeForbidden'],
    ['', 1, 'TypeForbidden'],
    ['image/png', 11, 'EntityTooLarge'],
  ])('%s of %d bytes: %s', (type, size, code) => {
    expect(refused({ ...source('a', size), type }, pictures)?.code).toBe(code);
    expect(refused({ ...source('a', size), type }, anything)).toBeUndefined();
  });
});

describe('the rules of a space', () => {
  const own = { space: '', write: true, ...pictures } as unknown as Space;
  const team = { space: 'team/design', write: false, ...pictures } as unknown as Space;
  const engine = { spaces: async () => [own, team] };

  it('are those that the service tells', async () => {
    expect(await rulesOf(engine)).toBe(own);
  });

  it.each(['team/design', 'other'])(
    '%s, to which one may not write, is told with those that one may',
    async (space) => {
      await expect(rulesOf(engine, space)).rejects.toMatchObject({
        code: 'NoSuchSpace',
        message: expect.stringContaining('(""'),
      });
    },
  );
});
