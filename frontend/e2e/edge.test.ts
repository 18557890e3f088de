import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Request } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { type StartedCloud, startCloud } from './cloud.ts';
import { type Fault, Faulty, faults } from './faulty.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const SMALL = 24;
const stage = setStage();

let cloud: StartedCloud | undefined;
let faulty: Faulty | undefined;
afterEach(async () => {
  faulty?.close();
  faulty = undefined;
  await cloud?.stop();
});

/** Small files, one of a megabyte and more, and one in parts: their SHA-256 by path. */
async function material(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  await mkdir(join(stage.dir, folder), { recursive: true });
  const write = async (name: string, size: number) => {
    const path = join(stage.dir, folder, name);
    files.set(path, await writeBytes(path, size));
  };
  for (let i = 0; i < SMALL; i++) await write(`small-${i}.bin`, i === 0 ? 0 : 20 * KiB + i);
  await write('medium.bin', 3 * MiB);
  await write('parts.bin', 40 * MiB + 1);
  return files;
}

/** Lets a page of another address of the site sign in at the provider, which is of the site's own. */
async function introduce({ context }: Visitor, site: string): Promise<void> {
  await context.route(`${site}/oidc/**`, async (route) => {
    if (route.request().resourceType() === 'document') return route.continue();
    const response = await route.fetch();
    return route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } });
  });
}

/** Uploads all of it at an address of the site, and holds each object to its file: there once, whole. */
async function upload(
  site: string,
  files: Map<string, string>,
  { site: own }: Pick<StartedCloud, 'site'> = { site },
): Promise<{ seconds: number; requests: Request[] }> {
  const visitor = await Visitor.enter(stage.browser, site, { ignoreHTTPSErrors: true });
  const requests: Request[] = [];
  visitor.page.on('request', (request) => requests.push(request));
  if (own !== site) await introduce(visitor, own);
  await visitor.signIn('alice');
  const began = performance.now();
  await visitor.choose([...files.keys()]);
  await visitor.uploaded();
  const seconds = (performance.now() - began) / 1000;
  const { files: stored } = await visitor.call<{ files: { key: string; name: string }[] }>('GET', '/files?limit=1000');
  const names = stored.map(({ name }) => name).sort();
  expect(names).toEqual([...files.keys()].map((path) => basename(path)).sort());
  for (const { key, name } of stored) {
    const query = `key=${encodeURIComponent(key)}`;
    const { versions } = await visitor.call<{ versions: unknown[] }>('GET', `/files/versions?${query}`);
    expect({ name, versions: versions.length }).toEqual({ name, versions: 1 });
    const { url } = await visitor.call<{ url: string }>('GET', `/files/url?${query}`);
    const content = Buffer.from(await (await fetch(url)).arrayBuffer());
    const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', content)).toString('hex');
    const [, want] = [...files].find(([path]) => basename(path) === name) ?? [];
    expect({ name, sha256 }).toEqual({ name, sha256: want });
  }
  await visitor.context.close(); // what the browser says of broken answers is no complaint of the page
  return { seconds, requests };
}

const puts = (requests: Request[], origin: string) =>
  requests.filter((request) => request.method() === 'PUT' && request.url().startsWith(`${origin}/`));
const parts = (requests: Request[]) => requests.filter((request) => request.url().includes('partNumber='));

describe.each([{ tls: false }, { tls: true }])('the main job, TLS and HTTP/2: $tls', ({ tls }) => {
  it.each([
    { edge: 'small', small: SMALL, large: 0 },
    { edge: 'all', small: SMALL, large: 1 },
    { edge: 'off', small: 0, large: 0 },
  ])('with edge $edge', async ({ edge, small, large }) => {
    const folder = `${edge}-${tls}`;
    const files = await material(folder);
    const flags = tls ? ['--tls'] : [];
    cloud = await startCloud({ settings: { edge }, flags });
    const { requests } = await upload(cloud.site, files);
    const byEdge = puts(requests, cloud.site);
    expect(byEdge.filter((request) => request.url().includes('small-'))).toHaveLength(small);
    expect(parts(byEdge).length).toBeGreaterThanOrEqual(large);
    if (!large) expect(parts(byEdge)).toHaveLength(0);
    const preflights = requests.filter((request) => request.method() === 'OPTIONS' && request.url().includes('small-'));
    expect(preflights).toHaveLength(0);
  });
});

describe.each(['small', 'all'])('edge %s', (edge) => {
  it.each(faults.map((fault): [Fault] => [fault]))('where it answers: %s', { timeout: 120_000 }, async (fault) => {
    const folder = `${edge}-${fault}`.replaceAll(' ', '-');
    const files = await material(folder);
    faulty = new Faulty();
    const site = await faulty.listen();
    cloud = await startCloud({ settings: { edge }, flags: ['--site-endpoint', site] });
    faulty.lead(cloud.site);
    faulty.fault = fault;
    const { seconds } = await upload(site, files, cloud);
    // The longest is to wait for an answer that never comes, once: 10 s.
    console.info(`edge ${edge}, ${fault}: ${seconds.toFixed(1)} s`);
    if (fault === 'none') expect(faulty.asked.length).toBeGreaterThanOrEqual(SMALL);
    else expect(faulty.asked.length).toBeLessThanOrEqual(SMALL / 2);
  });
});
