import { describe, expect, it } from 'vitest';
import { Api, Engine, type Pass, Retrier, systemClock } from '../src/engine/index.ts';
import { rulesOf } from '../src/uploads/index.ts';

const steady = { online: () => true, onOnline: () => () => {} };

/** What a request of an API client looks like. */
async function asked(pass: string | Pass) {
  const seen: { url: string; headers: Record<string, string> }[] = [];
  const fetcher = (async (url: string, init: RequestInit) => {
    seen.push({ url, headers: init.headers as Record<string, string> });
    return new Response('{}', { status: 200 });
  }) as typeof fetch;
  const api = new Api({ base: '/api', pass, fetch: fetcher, retrier: new Retrier(systemClock, steady as never) });
  await api.call('GET', '/files', new AbortController().signal);
  return seen[0];
}

describe('a pass in place of a token', () => {
  it('stands in headers, and in no address', async () => {
    const request = await asked({ token: 'id.secret', password: '비밀번호 é', guest: 'somebody' });
    expect(request?.url).toBe('/api/pass/files');
    expect(request?.headers).toMatchObject({ 'signet-pass': 'id.secret', 'signet-guest': 'somebody' });
    expect(request?.headers.authorization).toBeUndefined();
    const text = Buffer.from(request?.headers['signet-password'] ?? '', 'base64url').toString('utf8');
    expect(text).toBe('비밀번호 é'.normalize('NFC'));
  });

  it('can be its token alone', async () => {
    const request = await asked('id.secret');
    expect(request?.headers['signet-pass']).toBe('id.secret');
    expect(request?.headers['signet-password']).toBeUndefined();
    expect(new Engine({ base: '/api', pass: 'id.secret' })).toBeDefined();
  });

  it('leads to one place, whose rules are those of the pass', async () => {
    const asked: string[] = [];
    const pass = { do: 'upload', expires: '2026-12-01T00:00:00Z', maxFiles: 10 };
    const limits = { allowedTypes: ['image/*'], maxObjectSize: 1000 };
    const fetcher = (async (url: string) => {
      asked.push(url);
      return new Response(JSON.stringify({ ...pass, ...limits }), { status: 200 });
    }) as typeof fetch;
    const rules = await rulesOf(new Engine({ base: '/api', pass: 'id.secret', fetch: fetcher }));
    expect(asked).toEqual(['/api/pass']);
    expect(rules).toMatchObject(limits);
  });
});
