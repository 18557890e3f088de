import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { networkError, s3Error } from '../src/engine/errors.ts';
import type { SendRequest } from '../src/engine/index.ts';
import { explain } from '../src/explain.ts';
import { causes } from '../src/i18n/causes.ko.ts';
import type { Language } from '../src/i18n/index.ts';
import { Why } from '../src/why.ts';

const denied = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
const cause = { cause: 'permission', meaning: 'm', confidence: 0.6, evidence: ['e'], fix: 'f' };
const request = (url: string, signal = new AbortController().signal): SendRequest => ({
  url,
  headers: { 'content-type': 'text/plain' },
  body: new Blob(['hello']),
  signal,
  onSent: () => {},
});

/** A Why of which every question is kept. */
function ask(language: Language = 'en') {
  const asked: unknown[] = [];
  const call = (_method: string, _path: string, _signal: AbortSignal, body: unknown) => {
    asked.push(body);
    return Promise.resolve({ body: { causes: [cause] }, until: () => 0 });
  };
  return { asked, why: new Why({ call: call as never }, { language }) };
}
const words = (error: unknown) => explain(error, (key) => key);

beforeEach(() => {
  vi.stubGlobal('location', { origin: 'https://site.example', href: 'https://site.example/' });
});

describe('why', () => {
  it('asks about the failed request with the same code, and says what it was', async () => {
    const { asked, why } = ask();
    const send = why.watch((r) => Promise.resolve({ status: r.url.endsWith('ok') ? 200 : 403, body: denied }));
    await send(request('https://s3.example/ok'));
    expect(why.find(words(s3Error(403, denied)))).toBeUndefined();
    await send(request('https://s3.example/a'));
    expect(await why.find(words(s3Error(403, denied)))?.()).toEqual(cause);
    expect(asked).toEqual([
      expect.objectContaining({ method: 'PUT', url: 'https://s3.example/a', size: 5, status: 403, response: denied }),
    ]);
    expect(why.find(words(s3Error(403, '<Code>SlowDown</Code>')))).toBeUndefined();
    expect(why.find(words(new Error('of the page')))).toBeUndefined();
  });

  it('asks about a request without an answer, but not about one that was aborted', async () => {
    const { asked, why } = ask();
    const send = why.watch(() => Promise.reject(networkError()));
    await expect(send(request('https://s3.example/a', AbortSignal.abort()))).rejects.toThrow();
    expect(why.find(words(networkError()))).toBeUndefined();
    await expect(send(request('https://s3.example/b'))).rejects.toThrow();
    await why.find(words(networkError()))?.();
    expect(asked).toEqual([
      expect.objectContaining({ url: 'https://s3.example/b', status: 0, error: 'net::ERR_FAILED' }),
    ]);
  });

  it('answers in Korean', async () => {
    const { why } = ask('ko');
    await why.watch(() => Promise.resolve({ status: 403, body: denied }))(request('https://s3.example/a'));
    const found = await why.find(words(s3Error(403, denied)))?.();
    expect([found?.meaning, found?.fix]).toEqual(causes.permission);
  });

  it('knows in Korean every cause there is', () => {
    const source = readFileSync(resolve(import.meta.dirname, '../../lambda/explain/code.go'), 'utf8');
    const codes = [...source.matchAll(/ Code = "([a-z0-9-]+)"/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(45);
    expect(Object.keys(causes).sort()).toEqual(codes.sort());
  });
});
