import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { networkError, stalledError, type UploadError } from '../src/engine/errors.ts';
import { type Network, REACH } from '../src/engine/network.ts';
import { ATTEMPTS, FIRST_ANSWER, LATE_ANSWER, LONGEST } from '../src/engine/retry.ts';
import { FakeService, large, partOf, settled, source, steady } from './fake.ts';

let service: FakeService;
beforeEach(() => {
  service = new FakeService();
});
afterEach(() => vi.unstubAllGlobals());

const html = { status: 200, body: '<html>blocked</html>', foreign: true };
/** An API that answers as `respond` says, until that says nothing. */
function fetchBefore(respond: (path: string) => Response | undefined): typeof fetch {
  const { fetch: own } = service.options;
  return (async (address: string, init: RequestInit) => respond(address) ?? own?.(address, init)) as typeof fetch;
}

describe('something in between that answers in the place of S3', () => {
  it.each([
    ['with 200 and no ETag', html, 'HTTP200'],
    ['with 403 in HTML', { status: 403, body: '<html>Forbidden</html>' }, 'HTTP403'],
    ['with 451 and nothing', { status: 451, body: '' }, 'HTTP451'],
  ])('%s: nothing counts as stored, and the file is told as kept back after all attempts', async (_, answer, code) => {
    let asked = 0;
    service.s3 = ({ fields }) => {
      if (!fields?.key?.includes('virus')) return undefined;
      asked++;
      return answer;
    };
    const engine = service.engine();
    const uploads = ['a', 'virus', 'b'].map((name, i) => engine.upload(source(name, 5 + i)));
    const [a, virus, b] = await Promise.allSettled(uploads.map(({ done }) => done));
    expect([a?.status, b?.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(virus).toMatchObject({ status: 'rejected', reason: { code } });
    expect((virus as { reason: UploadError }).reason.message).toMatch(/in between/);
    expect(asked).toBe(ATTEMPTS);
    expect(service.objects.size).toBe(2);
  });

  it('for a while: a part counts once S3 has answered', async () => {
    let blocked = 5;
    service.s3 = () => (blocked-- > 0 ? html : undefined);
    await service.engine().upload(large).done;
    expect(service.objects.size).toBe(1);
    expect(service.sent).toHaveLength(15);
  });

  it('does not make a refusal of S3 something that is tried again', async () => {
    service.s3 = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });
    await expect(service.engine().upload(source('a', 5)).done).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(service.sent).toHaveLength(1);
  });
});

describe('a request that gets no answer', () => {
  const reachable = { ...steady, reaches: async () => true };

  it('while others do: the file is told as kept back', async () => {
    let asked = 0;
    service.s3 = ({ fields }) => {
      if (!fields?.key?.includes('virus')) return undefined;
      asked++;
      throw networkError();
    };
    const engine = service.engine({ network: reachable });
    await engine.upload(source('a', 4)).done;
    const upload = engine.upload(source('virus', 5));
    await expect(upload.done).rejects.toMatchObject({
      code: 'KeptBack',
      message: expect.stringContaining('http://s3'),
    });
    expect(asked).toBe(ATTEMPTS);
  });

  it.each<[string, Network, () => UploadError]>([
    ['from a host that cannot be reached', { ...steady, reaches: async () => false }, networkError],
    ['in time', reachable, () => stalledError(1)],
  ])('%s is waited for', async (_, network, failed) => {
    let request = 0;
    service.s3 = (__, url) => {
      if (partOf(url) < 3 || ++request > 5 * ATTEMPTS) return undefined;
      throw failed();
    };
    await service.engine({ network }).upload(large).done;
    expect(service.objects.size).toBe(1);
  });
});

describe('a service that does not know the page', () => {
  const origin = 'http://localhost:5173';
  const base = 'http://127.0.0.1:8080/api';
  const refused = (async () => Promise.reject(new TypeError('Failed to fetch'))) as typeof fetch;

  it.each([
    ['can be reached', true],
    ['cannot be reached', false],
  ])('and %s is told within 5 s, with what to add', async (_, reached) => {
    vi.stubGlobal('location', { origin, href: `${origin}/` });
    const network = { ...steady, reaches: async () => reached };
    // Each answer comes before it is missed.
    service.clock.endless = FIRST_ANSWER - REACH;
    const upload = service.engine({ base, network, fetch: refused }).upload(large);
    await expect(upload.done).rejects.toMatchObject({
      code: 'UnknownOrigin',
      message: expect.stringContaining(`add "${origin}"`),
    });
    expect(service.clock.time).toBeLessThan(5_000);
  });

  /** Takes the request and never answers. */
  const hangs = ((_: string, { signal }: RequestInit) =>
    new Promise((_, reject) =>
      signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
    )) as typeof fetch;

  it.each([
    ['and never answers anything: the same within 5 s', false, FIRST_ANSWER],
    [
      'and answers other requests, not these: the same, once a slow answer would have come',
      true,
      FIRST_ANSWER + LATE_ANSWER,
    ],
  ])('%s', async (_, reached, after) => {
    vi.stubGlobal('location', { origin, href: `${origin}/` });
    const network = { ...steady, reaches: async () => reached };
    const engine = service.engine({ base, network, fetch: hangs });
    const told = { code: 'UnknownOrigin', message: expect.stringContaining(`add "${origin}"`) };
    await expect(engine.upload(large).done).rejects.toMatchObject(told);
    expect(service.clock.time).toBe(after);
    await expect(engine.spaces()).rejects.toMatchObject(told);
  });

  it('over a line on which a connection takes long is waited for longer', async () => {
    vi.stubGlobal('location', { origin, href: `${origin}/` });
    const network = { ...steady, reaches: async () => false, opening: 3_000 };
    await expect(service.engine({ base, network, fetch: hangs }).spaces()).rejects.toMatchObject({
      code: 'UnknownOrigin',
    });
    expect(service.clock.time).toBe(FIRST_ANSWER + 6_000);
  });

  it.each([
    ["at the page's own origin", `${origin}/api`, true, false],
    ['while the browser is offline', base, false, false],
    ['after it has answered, be it with a refusal', base, true, true],
  ])('%s, is not told of one that only takes its time', async (_, at, online, answered) => {
    vi.stubGlobal('location', { origin, href: `${origin}/` });
    let answer = answered;
    const fetch = ((address: string, init: RequestInit) =>
      answer
        ? Promise.resolve(new Response('{"code":"AccessDenied"}', { status: 403 }))
        : hangs(address, init)) as typeof globalThis.fetch;
    const network = { ...steady, online, reaches: async () => false };
    const engine = service.engine({ base: at, network, fetch });
    if (answered) await expect(engine.spaces()).rejects.toMatchObject({ code: 'AccessDenied' });
    answer = false;
    const failed = vi.fn();
    const { signal } = new AbortController();
    engine.spaces(signal).catch(failed);
    await settled();
    expect(failed).not.toHaveBeenCalled();
  });

  it('is told of a bucket that can be reached too', async () => {
    vi.stubGlobal('location', { origin, href: `${origin}/` });
    const network = { ...steady, reaches: async () => true };
    service.s3 = () => Promise.reject(networkError());
    const { done } = service.engine({ network }).upload(source('a', 5));
    await expect(done).rejects.toMatchObject({ code: 'UnknownOrigin', message: expect.stringContaining('http://s3 ') });
    expect(service.clock.time).toBeLessThan(5_000);
  });

  it("is no reason for what does not answer at the page's own origin", async () => {
    vi.stubGlobal('location', { origin, href: `${origin}/` });
    const network = { ...steady, reaches: async () => true };
    const { done } = service.engine({ network, fetch: refused }).upload(large);
    await expect(done).rejects.toMatchObject({ code: 'NetworkError' });
  });
});

describe('an API', () => {
  it('whose answer is HTML is asked again', async () => {
    let left = 3;
    const page = () => new Response('<html>sign in</html>', { headers: { 'content-type': 'text/html' } });
    const fetch = fetchBefore(() => (left-- > 0 ? page() : undefined));
    const engine = service.engine({ fetch });
    await engine.upload(source('a', 5)).done;
    left = 3;
    await engine.upload(large).done;
    expect(service.objects.size).toBe(2);
  });

  it('whose answers are all HTML is told as that', async () => {
    const { done } = service.engine({ fetch: fetchBefore(() => new Response('<html>')) }).upload(large);
    await expect(done).rejects.toMatchObject({ code: 'ForeignAnswer', message: expect.stringMatching(/in between/) });
  });

  it.each([
    ['5', 5_000],
    ['86400', LONGEST],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 20_000],
  ])('that asks to wait (Retry-After: %s) is waited for', async (value, want) => {
    let busy = true;
    const headers = { 'retry-after': value, date: 'Thu, 01 Jan 2026 00:00:10 GMT' };
    const fetch = fetchBefore(() => {
      if (!busy) return undefined;
      busy = false;
      return new Response('{"message":"Too Many Requests"}', { status: 429, headers });
    });
    await service.engine({ fetch }).upload(large).done;
    expect(service.clock.pauses[0]).toBe(want);
  });
});

it('S3 that asks to wait is waited for', async () => {
  let busy = true;
  service.s3 = () => {
    if (!busy) return undefined;
    busy = false;
    return { status: 503, body: '<Error><Code>SlowDown</Code></Error>', retryAfter: 9_000 };
  };
  await service.engine().upload(source('a', 5)).done;
  expect(service.clock.pauses).toContain(9_000);
});
