import { describe, expect, it } from 'vitest';
import { Api, Retrier } from '../src/engine/index.ts';
import { FakeClock, steady } from './fake.ts';

/** An API that takes one word for who calls, and what it was shown. */
function service(takes: () => string, refusal: { status: number; code: string }) {
  const shown: string[] = [];
  const fetcher = (async (_: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    const word = headers.authorization?.replace('Bearer ', '') ?? headers['signet-pass'] ?? '';
    shown.push(word);
    const { status, code } = refusal;
    return word === takes() ? new Response('{}') : new Response(JSON.stringify({ status, code }), { status });
  }) as typeof fetch;
  return { shown, fetch: fetcher };
}

const gone = { status: 404, code: 'NoSuchPass' };
const stale = { status: 401, code: 'Unauthorized' };
const rest = { base: '/api', retrier: new Retrier(new FakeClock(), steady) };
const call = (api: Api) => api.call('GET', '/files', new AbortController().signal);

describe('a pass that a function fetches', () => {
  it('is fetched once, and another when the service no longer takes it: once for all who ask', async () => {
    let made = 0;
    let takes = 'pass 1';
    const { shown, fetch } = service(() => takes, gone);
    const api = new Api({ ...rest, fetch, pass: async () => `pass ${++made}` });
    await Promise.all([call(api), call(api)]);
    takes = 'pass 2';
    await Promise.all([call(api), call(api), call(api)]);
    expect(made).toBe(2);
    expect(shown.filter((word) => word === 'pass 2')).toHaveLength(3);
  });

  it('may be answered at once, where types are not checked', async () => {
    const { shown, fetch } = service(() => 'pass', gone);
    const pass = (() => 'pass') as unknown as () => Promise<string>;
    await call(new Api({ ...rest, fetch, pass }));
    const thrown = () => {
      throw new Error('nobody is signed in');
    };
    await expect(call(new Api({ ...rest, fetch, pass: thrown }))).rejects.toThrow('nobody is signed in');
    expect(shown).toEqual(['pass']);
  });

  it('is no help where the same one comes again, and the refusal is told', async () => {
    const { shown, fetch } = service(() => 'none', gone);
    const api = new Api({ ...rest, fetch, pass: async () => 'same' });
    await expect(call(api)).rejects.toMatchObject({ code: 'NoSuchPass' });
    expect(shown).toEqual(['same']);
  });

  it('is asked for anew after it could not be fetched', async () => {
    const { fetch } = service(() => 'pass', gone);
    let down = true;
    const pass = async () => {
      if (down) throw new Error('our own server is down');
      return 'pass';
    };
    const api = new Api({ ...rest, fetch, pass });
    await expect(call(api)).rejects.toThrow('down');
    down = false;
    await expect(call(api)).resolves.toMatchObject({ body: {} });
  });

  it('is not asked for again because of anything else', async () => {
    let made = 0;
    const { fetch } = service(() => 'none', { status: 403, code: 'AccessDenied' });
    const api = new Api({ ...rest, fetch, pass: async () => `pass ${++made}` });
    await expect(call(api)).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(made).toBe(1);
  });
});

describe('a line that is gone while somebody is asked who calls', () => {
  const lost = (_?: unknown) => Promise.reject(new TypeError('Failed to fetch'));

  it.each([
    ['a pass', (ask: () => Promise<string>) => ({ pass: ask }), gone],
    ['a token', (ask: () => Promise<string>) => ({ token: ask }), stale],
    ['a new token', (ask: () => Promise<string>) => ({ token: async () => 'old', renew: ask }), stale],
  ])('is waited for: %s', async (_, caller, refusal) => {
    const { shown, fetch } = service(() => 'good', refusal);
    let asked = 0;
    const clock = new FakeClock();
    const api = new Api({
      ...caller(() => (++asked < 3 ? lost() : Promise.resolve('good'))),
      base: '/api',
      fetch,
      retrier: new Retrier(clock, steady),
    });
    await call(api);
    expect(shown.at(-1)).toBe('good');
    expect(asked).toBe(3);
    expect(clock.pauses).toHaveLength(2);
  });

  it('is told after some tries where it never was there, and a fault of the page at once', async () => {
    const { shown, fetch } = service(() => 'good', gone);
    let asked = 0;
    const retrier = new Retrier(new FakeClock(), steady);
    const api = (pass: () => Promise<string>) => new Api({ base: '/api', retrier, fetch, pass });
    await expect(call(api(() => lost(asked++)))).rejects.toMatchObject({ code: 'NoCaller', status: 0 });
    expect(asked).toBe(4);
    const fault = new TypeError('session is undefined');
    await expect(call(api(() => Promise.reject(fault)))).rejects.toBe(fault);
    expect(shown).toEqual([]);
  });
});

it('a base may end with a slash', async () => {
  const asked: string[] = [];
  const fetch = (async (url: string) => {
    asked.push(url);
    return new Response('{}');
  }) as typeof globalThis.fetch;
  await call(new Api({ ...rest, base: 'https://files.example.com/api/', fetch, token: async () => '' }));
  expect(asked).toEqual(['https://files.example.com/api/files']);
});

describe('a token without a way to renew it', () => {
  it('is asked for once more when it was refused', async () => {
    const tokens = ['old', 'new'];
    const { shown, fetch } = service(() => 'new', stale);
    const api = new Api({ ...rest, fetch, token: async () => tokens.shift() ?? 'new' });
    await call(api);
    expect(shown).toEqual(['old', 'new']);
  });

  it('that stays the same is told as refused', async () => {
    const { shown, fetch } = service(() => 'new', stale);
    const api = new Api({ ...rest, fetch, token: async () => 'old' });
    await expect(call(api)).rejects.toMatchObject({ status: 401 });
    expect(shown).toEqual(['old']);
  });
});
