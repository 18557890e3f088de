import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryAfter } from '../src/engine/after.ts';
import { Host } from '../src/engine/hosts.ts';
import { ANSWER, type SendRequest, STALL, xhrSend } from '../src/engine/send.ts';
import { FakeClock, MiB } from './fake.ts';

/** A request that goes as the test says. */
class Xhr {
  static last: Xhr;
  status = 200;
  responseText = '';
  headers = '';
  aborted = false;
  onload = () => {};
  onerror = () => {};
  upload = { onload: () => {}, onprogress: (_: { loaded: number }) => {} };
  constructor() {
    Xhr.last = this;
  }
  open() {}
  setRequestHeader() {}
  send() {}
  abort() {
    this.aborted = true;
  }
  getAllResponseHeaders = () => this.headers;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('XMLHttpRequest', Xhr);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function send(more: Partial<SendRequest> = {}) {
  const body = new Blob([new Uint8Array(10 * MiB)]);
  const signal = new AbortController().signal;
  const answer = xhrSend({ url: 'http://s3/a', headers: {}, body, signal, onSent: () => {}, ...more });
  return { answer, xhr: Xhr.last };
}

describe('the wait for an answer', () => {
  it('begins when the whole body has left, and is as long as who sends it says', async () => {
    const { answer, xhr } = send({ patience: () => 165_000 });
    xhr.upload.onprogress({ loaded: 10 * MiB });
    xhr.upload.onload();
    await vi.advanceTimersByTimeAsync(164_000);
    expect(xhr.aborted).toBe(false);
    xhr.headers = 'etag: "e"\r\n';
    xhr.onload();
    await expect(answer).resolves.toEqual({ status: 200, body: '' });
  });

  it('ends', async () => {
    const { answer, xhr } = send();
    xhr.upload.onload();
    const ended = expect(answer).rejects.toMatchObject({ code: 'Stalled' });
    await vi.advanceTimersByTimeAsync(ANSWER);
    await ended;
    expect(xhr.aborted).toBe(true);
  });

  it('is no wait for bytes: a body that does not move is cut as before', async () => {
    const { answer } = send({ patience: () => 1e6 });
    const ended = expect(answer).rejects.toMatchObject({ code: 'Stalled' });
    await vi.advanceTimersByTimeAsync(STALL);
    await ended;
  });

  it('grows with what is on its way to a host, and doubles where it was too short', () => {
    const host = new Host('http://s3', 6, new FakeClock());
    expect(host.patience).toBe(ANSWER);
    // 1 Mbit/s carries 10 MiB in 84 s, and six parts of 8 MiB, which share it, in 403 s.
    const paid = host.owe(10 * MiB);
    expect(host.patience).toBeGreaterThan(ANSWER + 84_000);
    for (let i = 0; i < 6; i++) host.owe(8 * MiB);
    paid();
    const wait = host.patience;
    expect(wait).toBeGreaterThan(ANSWER + 403_000);
    host.unheard();
    expect(host.patience).toBe(2 * wait);
    for (let i = 0; i < 20; i++) host.unheard();
    expect(host.patience).toBeLessThanOrEqual(3_600_000);
    host.heard();
    expect(host.patience).toBe(wait);
  });
});

describe('an answer', () => {
  it.each([
    ['with an ETag', 200, 'ETag: "e"\r\n', '', { status: 200, body: '' }],
    ['of a form, which names it in XML', 201, '', '<ETag>e</ETag>', { status: 201, body: '<ETag>e</ETag>' }],
    ['without one', 200, 'content-type: text/html\r\n', 'hi', { status: 200, body: 'hi', foreign: true }],
    ['that is a refusal', 403, '', '<Code>A</Code>', { status: 403, body: '<Code>A</Code>' }],
    [
      'with a checksum',
      200,
      'etag: e\r\nx-amz-checksum-crc64nvme: abc=\r\n',
      '',
      { status: 200, body: '', crc64nvme: 'abc=' },
    ],
    ['that asks to wait', 503, 'Retry-After: 7\r\n', '', { status: 503, body: '', retryAfter: 7_000 }],
  ])('%s', async (_, status, headers, text, want) => {
    const { answer, xhr } = send();
    Object.assign(xhr, { status, headers, responseText: text });
    xhr.onload();
    expect(await answer).toEqual(want);
  });
});

it.each([
  ['5', undefined, 5_000],
  [' 0 ', undefined, 0],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 'Thu, 01 Jan 2026 00:00:10 GMT', 20_000],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 'Thu, 01 Jan 2026 00:01:00 GMT', 0],
  ['', undefined, undefined],
  [null, undefined, undefined],
  ['soon', undefined, undefined],
  ['-1', 'Thu, 01 Jan 2026 00:00:10 GMT', undefined],
  ['1.5', 'Thu, 01 Jan 2026 00:00:10 GMT', undefined],
])('Retry-After %j at %j: %s ms', (value, date, want) => {
  expect(retryAfter(value, date)).toBe(want);
});
