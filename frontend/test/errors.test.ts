import { describe, expect, it } from 'vitest';
import { networkError, problemError, s3Error, stalledError } from '../src/engine/errors.ts';

function xml(code: string, message = 'm'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

describe('s3Error', () => {
  it.each([
    [403, xml('AccessDenied', 'Request has expired'), 'resign'],
    [403, xml('ExpiredPresignRequest'), 'resign'],
    [400, xml('ExpiredToken', 'The provided token has expired.'), 'resign'],
    [400, xml('InvalidToken'), 'resign'],
    [403, xml('RequestTimeTooSkewed'), 'resign'],
    [403, xml('AccessDenied', 'Access Denied'), 'fail'],
    [403, xml('SignatureDoesNotMatch'), 'fail'],
    [404, xml('NoSuchUpload'), 'restart'],
    [404, xml('NoSuchBucket'), 'fail'],
    [412, xml('PreconditionFailed'), 'exists'],
    [412, '', 'exists'],
    [409, xml('ConditionalRequestConflict'), 'retry'],
    [409, xml('ObjectParentIsFile'), 'fail'],
    [400, xml('RequestTimeout'), 'retry'],
    [400, xml('IncompleteBody'), 'retry'],
    [400, xml('BadDigest'), 'retry'],
    [400, xml('EntityTooLarge'), 'fail'],
    [500, xml('InternalError'), 'retry'],
    [503, xml('SlowDown'), 'retry'],
    [502, '<html>Bad Gateway</html>', 'retry'],
    [429, '', 'retry'],
    [418, '', 'fail'],
  ])('%d %s: %s', (status, body, remedy) => {
    expect(s3Error(status, body).remedy).toBe(remedy);
  });

  it('reads code and message, entities undone', () => {
    const error = s3Error(400, xml('InvalidArgument', 'got &lt;b&gt; &amp; &quot;c&quot;'));
    expect(error).toMatchObject({ status: 400, code: 'InvalidArgument', message: 'got <b> & "c"' });
  });

  it('names the status where there is no XML', () => {
    expect(s3Error(502, '<html></html>')).toMatchObject({ code: 'HTTP502' });
  });
});

describe('problemError', () => {
  it.each([
    [401, { code: 'Unauthorized' }, 'renew'],
    [412, { code: 'PreconditionFailed' }, 'exists'],
    [404, { code: 'NoSuchUpload' }, 'restart'],
    [400, { code: 'InvalidPart' }, 'restart'],
    [404, { code: 'NoSuchKey' }, 'fail'],
    [409, { code: 'ConditionalRequestConflict' }, 'retry'],
    [400, { code: 'BadDigest' }, 'differs'],
    [400, { code: 'EntityTooLarge' }, 'fail'],
    [413, {}, 'fail'],
    [429, {}, 'retry'],
    [500, { code: 'InternalError' }, 'retry'],
    [503, {}, 'retry'],
  ])('%d %o: %s', (status, problem, remedy) => {
    expect(problemError(status, problem).remedy).toBe(remedy);
  });

  it('says the detail, which tells what to do, rather than the title', () => {
    const problem = {
      title: 'Bad Request',
      detail: 'got 6 GiB, want at most 5 GiB: split the file',
      code: 'EntityTooLarge',
    };
    expect(problemError(400, problem)).toMatchObject({ message: problem.detail, code: 'EntityTooLarge' });
  });

  it('carries what is known of the object that is there', () => {
    const there = { key: 'uploads/a/b~c', size: 7, checksum: { crc64nvme: 'AAAAAAAAAAA=' } };
    expect(problemError(412, { code: 'PreconditionFailed', ...there }).there).toMatchObject(there);
  });
});

it.each([networkError(), stalledError(20_000)])('trouble without an answer is tried again: $code', (error) => {
  expect(error).toMatchObject({ status: 0, remedy: 'retry' });
});
