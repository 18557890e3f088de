import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GATHER } from '../src/engine/batch.ts';
import { APART, Edge, STREAMS, TRY } from '../src/engine/edge.ts';
import { networkError, stalledError, UploadError } from '../src/engine/errors.ts';
import { CAP } from '../src/engine/retry.ts';
import type { SendAnswer } from '../src/engine/send.ts';
import type { SourceFile } from '../src/engine/source.ts';
import { FakeService, failure, large, MiB, source, steady } from './fake.ts';

const SITE = 'https://site.example';
const many = (count: number, size = 20 * 1024) => Array.from({ length: count }, (_, i) => source(`f${i}`, size + i));
const network = { ...steady, multiplexed: true };

let service: FakeService;
const byEdge = () => service.sent.filter(({ url }) => url.startsWith(SITE));
const directly = () => service.sent.filter(({ url }) => !url.startsWith(SITE));

/** Has the edge answer with this, and the direct way with S3's own. */
function edgeAnswers(answer: () => SendAnswer | Promise<SendAnswer | undefined> | undefined): void {
  service.s3 = (_, url) => (url.origin === SITE ? answer() : undefined);
}

async function uploadAll(files = many(40)): Promise<void> {
  const engine = service.engine({ network });
  await Promise.all(files.map((file) => engine.upload(file).done));
}

beforeEach(() => {
  vi.stubGlobal('location', { origin: SITE, href: `${SITE}/` });
  service = new FakeService();
  service.clock.endless = GATHER;
  service.edge = SITE;
});
afterEach(() => vi.unstubAllGlobals());

describe('small files', () => {
  it('go by the edge as PUTs that replace nothing, many at once, once it has answered', async () => {
    let first = 0;
    service.s3 = (_, url) => {
      if (url.origin === SITE && service.objects.size === 0) first = Math.max(first, service.inFlight);
      return undefined;
    };
    await uploadAll(many(300));
    expect(byEdge()).toHaveLength(300);
    expect(directly()).toHaveLength(0);
    expect(service.sent.every(({ fields }) => fields === undefined)).toBe(true);
    expect(service.objects.size).toBe(300);
    expect(first).toBe(TRY);
    expect(service.peak).toBe(STREAMS);
  });

  it('of a connection each there are few at once, so that the API has some left', async () => {
    const engine = service.engine();
    await Promise.all(many(40).map((file) => engine.upload(file).done));
    expect(byEdge()).toHaveLength(40);
    expect(service.peak).toBe(APART);
  });

  it('of a megabyte go directly, as forms, signed in the same call', async () => {
    const engine = service.engine({ network });
    await Promise.all([...many(3), source('large', MiB)].map((file) => engine.upload(file).done));
    expect(byEdge()).toHaveLength(3);
    expect(directly().map(({ fields }) => fields !== undefined)).toEqual([true]);
    expect(service.callsTo('POST', '/presign')).toHaveLength(1);
  });

  it('go directly, as forms, where the site has another name than the page was opened by', async () => {
    service.edge = 'https://d111.cloudfront.net';
    await uploadAll();
    expect(byEdge()).toHaveLength(0);
    expect(directly().every(({ fields }) => fields)).toBe(true);
    expect(directly()).toHaveLength(40);
    expect(service.callsTo('POST', '/presign').map(({ body }) => body.edge)).toEqual([true, undefined]);
  });

  it('of a page of another origin have no such way', () => {
    const open = (api: string) => new Edge(api, service.clock, network, true).open;
    expect([open('/api'), open(`${SITE}/api`), open('https://other.example/api')]).toEqual([true, true, false]);
  });

  it('go directly where it is switched off', async () => {
    const engine = service.engine({ network, edge: false });
    await engine.upload(source('a', 1)).done;
    expect(byEdge()).toHaveLength(0);
    expect(service.callsTo('POST', '/presign')[0]?.body).not.toHaveProperty('edge');
  });
});

const html = '<!doctype html><title>Sign in</title>';
describe.each<[string, () => SendAnswer | Promise<SendAnswer>]>([
  ['403 of its own', () => ({ status: 403, body: html })],
  ['403 as S3 says it', () => failure(403, 'AccessDenied', 'There were headers present that were not signed')],
  ['400 as S3 says it', () => failure(400, 'AuthorizationQueryParametersError')],
  ['405', () => ({ status: 405, body: '' })],
  ['HTML', () => ({ status: 200, body: html, foreign: true })],
  ['502', () => ({ status: 502, body: html })],
  ['412 of its own', () => ({ status: 412, body: '' })],
  ['nothing', () => Promise.reject(stalledError(10_000))],
  ['a cut', () => Promise.reject(networkError())],
])('an edge that answers with %s', (_, answer) => {
  it('is left by all, and every file is stored, each body in one place at a time', async () => {
    edgeAnswers(answer);
    await uploadAll();
    expect(service.objects.size).toBe(40);
    // What was on the try, and nothing after its first answer.
    expect(byEdge().length).toBeLessThanOrEqual(TRY);
    expect(directly()).toHaveLength(40);
    expect(service.clock.pauses.filter((ms) => ms > 250)).toEqual([]);
  });

  it('is not asked again by files that come later, which are forms again', async () => {
    edgeAnswers(answer);
    const engine = service.engine({ network });
    await engine.upload(source('first', 1)).done;
    await Promise.all(many(10).map((file) => engine.upload(file).done));
    expect(byEdge()).toHaveLength(1);
    expect(directly().filter(({ fields }) => fields)).toHaveLength(10);
    expect(service.objects.size).toBe(11);
  });

  it('is left by parts', async () => {
    service.edgeParts = true;
    edgeAnswers(answer);
    const engine = service.engine({ network });
    await engine.upload(large).done;
    expect(service.objects.size).toBe(1);
    expect(byEdge().length).toBeLessThanOrEqual(TRY);
    expect(directly()).toHaveLength(10);
  });
});

it('an edge that answers nothing is left at once by all that wait for it, once one has waited long enough', async () => {
  let asked = 0;
  const silent = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  service.s3 = ({ signal }, url) => {
    if (url.origin !== SITE) return undefined;
    return ++asked === TRY ? Promise.reject(stalledError(10_000)) : silent(signal);
  };
  await uploadAll();
  expect(byEdge()).toHaveLength(TRY);
  expect(directly()).toHaveLength(40);
  expect(service.objects.size).toBe(40);
});

it('a 403 that the direct way has too is the file’s: the others go on by the edge', async () => {
  service.s3 = (_, url) => (url.pathname.endsWith('bad') ? failure(403, 'AccessDenied') : undefined);
  const engine = service.engine({ network });
  await expect(engine.upload(source('bad', 1)).done).rejects.toThrow(UploadError);
  await engine.upload(source('good', 2)).done;
  expect(byEdge()).toHaveLength(2);
});

it('a signature that has expired is signed again, and the edge stays', async () => {
  service.s3 = (_, url) => {
    if (url.origin === SITE && byEdge().length === 1) service.epoch++;
    return undefined;
  };
  const engine = service.engine({ network });
  await engine.upload(source('a', 1)).done;
  expect(byEdge()).toHaveLength(2);
  expect(directly()).toHaveLength(0);
});

it('S3’s own refusals by the edge are S3’s: slow down, there already', async () => {
  let busy = 1;
  edgeAnswers(() => (busy-- > 0 ? failure(503, 'SlowDown') : undefined));
  const engine = service.engine({ network });
  expect((await engine.upload(source('a', 1)).done).existed).toBe(false);
  expect((await engine.upload(source('a', 1)).done).existed).toBe(true);
  expect(directly()).toHaveLength(0);
});

it('files that are there are looked for, once one was sent in vain, until none is there', async () => {
  const engine = service.engine({ network });
  const send = async (files: SourceFile[]) => {
    const before = byEdge().length;
    await Promise.all(files.map((file) => engine.upload(file).done));
    return byEdge().length - before;
  };
  expect(await send(many(3))).toBe(3);
  expect(await send(many(3))).toBe(3); // they are there, which S3 tells of each
  expect(await send(many(3))).toBe(0);
  expect(await send([source('new-1', 9)])).toBe(0); // by a form, for it was looked for
  expect(await send([source('new-2', 8)])).toBe(1);
});

it('without a network the edge is not to blame', async () => {
  const online = () => service.clock.pauses.includes(CAP);
  edgeAnswers(() => (online() ? undefined : Promise.reject(networkError())));
  const lost = {
    ...network,
    get online() {
      return online();
    },
  };
  await service.engine({ network: lost }).upload(source('a', 1)).done;
  expect(byEdge()).toHaveLength(2);
  expect(directly()).toHaveLength(0);
});

describe('parts', () => {
  beforeEach(() => {
    service.edgeParts = true;
  });

  it('go by both ways at once', async () => {
    await service.engine({ network }).upload(large).done;
    expect(byEdge().length).toBeGreaterThan(0);
    expect(directly().length).toBeGreaterThan(byEdge().length);
    expect(service.sent).toHaveLength(10);
  });

  it('go by the edge alone where nothing else is let through', async () => {
    service.s3 = (_, url) => (url.origin === SITE ? undefined : Promise.reject(networkError()));
    await service.engine({ network }).upload(large).done;
    expect(service.objects.size).toBe(1);
    expect(byEdge()).toHaveLength(10);
  });

  it('have the signature of the edge, where that is another', async () => {
    service.alternate = 'http://s3-dual';
    service.api = ({ path, body }) => {
      if (path !== '/uploads') return undefined;
      const at = (origin: string) => `${origin}/k?uploadId=u`;
      const signatures = Array.from({ length: 10 }, (_, i) => `own-${i + 1}`);
      const edgeSignatures = Array.from({ length: 10 }, (_, i) => `signature-${i + 1}`);
      service.uploads.set('u', new Map());
      const sign = { url: at('http://s3'), alternate: at('http://s3-dual'), edge: at(SITE), first: 1, signatures };
      const expires = '2026-01-01T00:15:00Z';
      const plan = { partSize: service.partSize, partCount: 10, uploaded: [] };
      return [200, { key: body.name, uploadId: 'u', ...plan, sign: { ...sign, edgeSignatures }, expires }];
    };
    service.s3 = (_, url) => (url.origin === SITE ? undefined : { status: 200, body: '' });
    const upload = service.engine({ network, connections: 1 }).upload(large);
    await upload.done.catch(() => {}); // its direct parts are nowhere
    expect(byEdge().length).toBeGreaterThan(0);
    expect(byEdge().every(({ url }) => url.includes('X-Amz-Signature=signature-'))).toBe(true);
    expect(directly().every(({ url }) => url.includes('X-Amz-Signature=own-'))).toBe(true);
  });
});
