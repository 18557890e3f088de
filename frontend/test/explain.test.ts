import { describe, expect, it } from 'vitest';
import { callerError, changedError, problemError, s3Error, stalledError } from '../src/engine/errors.ts';
import { explain } from '../src/explain.ts';

const key = (name: string) => name;

describe('explain', () => {
  it.each([
    [stalledError(20_000), 'adviceNetwork', 'Stalled'],
    [callerError(new TypeError('Load failed')) as Error, 'adviceNetwork', 'NoCaller'],
    [problemError(401, { code: 'Unauthorized', detail: 'd' }), 'adviceSignIn', 'Unauthorized'],
    [problemError(401, { detail: 'd' }), 'adviceSignIn', 'HTTP401'],
    [problemError(400, { code: 'EntityTooLarge', detail: 'd' }), 'adviceTooLarge', 'EntityTooLarge'],
    [problemError(400, { code: 'TypeForbidden', detail: 'd' }), 'adviceType', 'TypeForbidden'],
    [problemError(404, { code: 'NoSuchPass', detail: 'd' }), 'adviceOver', 'NoSuchPass'],
    [problemError(401, { code: 'WrongPassword', detail: 'd' }), 'adviceOver', 'WrongPassword'],
    [problemError(403, { code: 'QuotaExceeded', detail: 'd' }), 'adviceFull', 'QuotaExceeded'],
    [problemError(404, {}), 'adviceGone', 'HTTP404'],
    [changedError('NotReadableError'), 'adviceChanged', 'FileChanged'],
    [s3Error(503, ''), 'adviceBusy', 'HTTP503'],
    [problemError(429, {}), 'adviceBusy', 'HTTP429'],
    [s3Error(403, '<Code>AccessDenied</Code>'), 'adviceDefault', 'AccessDenied'],
  ])('%s: %s', (error, advice, code) => {
    expect(explain(error, key)).toEqual({ detail: error.message, advice, code });
  });

  it('says of a file that is gone nothing of keys and calls', () => {
    const error = problemError(404, {
      code: 'NoSuchKey',
      detail: 'got key "uploads/a/b~h2345678.txt", want: GET /files',
    });
    expect(explain(error, key)).toEqual({ detail: 'detailGone', advice: 'adviceGone', code: 'NoSuchKey' });
  });

  it('has words for what is no error of the service', () => {
    expect(explain(new Error('odd'), key)).toEqual({ detail: 'odd', advice: 'adviceDefault', code: '' });
    expect(explain('text', key).detail).toBe('text');
  });
});
