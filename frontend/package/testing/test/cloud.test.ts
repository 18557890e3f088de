import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { connect, type Options, type StartedCloud, signet } from '../src/index.ts';

const binary = process.env.SIGNET_BIN ?? join(import.meta.dirname, '../../../../bin/signet');

async function start(options: Options = {}): Promise<StartedCloud> {
  const cloud = await signet({ binary, ...options });
  onTestFinished(() => cloud.stop());
  return cloud;
}

interface Signed {
  key: string;
  url: string;
  headers: Record<string, string>;
}

const wish = { name: 'a.txt', type: 'text/plain', size: 5 };
const sign = (cloud: StartedCloud, user = 'alice') => cloud.call<Signed>('POST', '/presign', wish, user);
/** Status of sending; 0 where there is no answer. */
const put = ({ url, headers }: Signed) =>
  fetch(url, { method: 'PUT', headers, body: 'hello' }).then(
    ({ status }) => status,
    () => 0,
  );

it('a crash is come back from at the same addresses, with what was stored and with new tokens', async () => {
  const cloud = await start({ people: { carol: ['design'] } });
  expect(Object.keys(cloud.tokens).sort()).toEqual(['alice', 'bob', 'carol']);
  const signed = await sign(cloud, 'carol');
  expect(await put(signed)).toBe(200);
  const { site, api, s3, bucket, pid } = cloud;
  let down = 0;
  const meanwhile = async () => {
    down = await put(await Promise.resolve(signed));
    await expect(fetch(site)).rejects.toThrow();
  };
  await cloud.restart({ signal: 'SIGKILL', meanwhile });
  expect(down).toBe(0);
  expect(cloud).toMatchObject({ site, api, s3, bucket });
  expect(cloud.pid).not.toBe(pid);
  expect((await cloud.objects()).map(({ key, metadata }) => ({ key, metadata }))).toEqual([
    { key: signed.key, metadata: {} },
  ]);
  expect((await cloud.call<{ files: unknown[] }>('GET', '/files', undefined, 'carol')).files).toHaveLength(1);
});

it('the line is cut until it is put back, and a token holds until its fault', async () => {
  const cloud = await start();
  const signed = await sign(cloud);
  await cloud.offline();
  expect(await put(signed)).toBe(0);
  await expect(cloud.call('GET', '/files')).rejects.toThrow('fetch failed');
  expect(await cloud.objects()).toEqual([]);
  await cloud.online();
  expect(await put(signed)).toBe(200);

  const other = connect(JSON.parse(JSON.stringify(cloud.ready)));
  await other.reset();
  await other.fault('token-expired');
  const list = async (token: string) =>
    (await fetch(`${cloud.api}/files`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect([await list(cloud.token), await list(await cloud.newToken()), await list(cloud.token)]).toEqual([
    401, 200, 401,
  ]);
  const { s3, site } = await other.log();
  expect(s3.requests).toEqual([]);
  expect(site.events).toMatchObject([{ kind: 'token-expired' }]);
  expect(site.requests.map(({ status }) => status)).toEqual([401, 200, 401]);
});

it('passes are made by a user and by the application’s server', async () => {
  const cloud = await start({ config: { passes: true } });
  for (const owner of [undefined, 'carol']) {
    const pass = await cloud.pass({ do: 'upload', folder: 'inbox', ...(owner ? { owner } : {}) });
    const headers = { 'signet-pass': pass.token, 'content-type': 'application/json' };
    const answer = await fetch(`${cloud.api}/pass/presign`, { method: 'POST', headers, body: JSON.stringify(wish) });
    expect(await answer.json()).toMatchObject({
      key: expect.stringMatching(new RegExp(`^uploads/${owner ?? 'alice'}/inbox/`)),
    });
    expect(pass.url).toMatch(`${cloud.site}/p`);
  }
  expect(cloud.ready.backend?.accessKeyId).toMatch(/^AKIA/);
});

it('says what is wrong: no passes, an unknown fault, a configuration that is none', async () => {
  const cloud = await start();
  await expect(cloud.pass({ do: 'read', owner: 'carol' })).rejects.toThrow('"passes": true');
  await expect(cloud.fault({ kind: 'burn' as '503' })).rejects.toThrow('got fault "burn", want one of flip, cut');
  await expect(cloud.read('uploads/alice/none.txt')).rejects.toThrow('404');
  await expect(cloud.newToken('mallory')).rejects.toThrow('want one of alice, bob');
  await expect(signet({ binary, config: { orgins: [] } })).rejects.toThrow(
    /ended with 1 before it was ready: .*orgins/,
  );
  await expect(signet({ binary, faults: [{ kind: 'flip', offset: -1 }] })).rejects.toThrow('want none below 0');
});

let told: ReturnType<typeof createServer> | undefined;
const dirs: string[] = [];
afterAll(async () => {
  told?.close();
  for (const dir of dirs) await rm(dir, { recursive: true });
});

it('tells events, by a configuration in a file, and keeps what is stored in a folder that was given', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'signet-kept-'));
  dirs.push(dir);
  const config = join(dir, 'cdk.json');
  await writeFile(config, JSON.stringify({ context: { signet: { prefix: 'sent/' } } }));
  const heard: { type: string; data: { key: string } }[] = [];
  told = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      heard.push(JSON.parse(text));
      response.end();
    });
  });
  await new Promise<void>((ready) => told?.listen(0, '127.0.0.1', ready));
  const events = `http://127.0.0.1:${(told.address() as AddressInfo).port}`;
  const first = await signet({ binary, config, events, dir });
  const signed = await sign(first);
  expect(signed.key).toMatch(/^sent\/alice\//);
  expect(await put(signed)).toBe(200);
  await expect
    .poll(() => heard, { timeout: 20_000 })
    .toMatchObject([{ type: 'file.stored', data: { key: signed.key } }]);
  expect(first.ready.eventsSecret).toMatch(/^whsec_/);
  await first.stop();
  const second = await start({ config, dir });
  expect(await second.read(signed.key)).toEqual(Buffer.from('hello'));
});
