import { describe, expect, it } from 'vitest';
import { Api, Engine, type Pass, Retrier, systemClock } from '../src/engine/index.ts';

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
});
