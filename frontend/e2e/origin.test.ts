import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build, type Rollup } from 'vite';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { setStage } from './stage.ts';

const { api } = inject('cloud');
const stage = setStage();
const origin = 'http://app.localhost:5173';

/** A page that sends a file and shows how that fails. */
const app = `<!doctype html><title>app</title><pre></pre><script type="module">
  import { Engine } from '/engine.js';
  const token = async () => 'token';
  const file = { name: 'a', type: '', lastModified: 0, body: new Blob([new Uint8Array(17 << 20)]) };
  const began = performance.now();
  const { done } = new Engine({ base: location.search.slice(1), token, renew: token }).upload(file);
  done.catch(({ code, message }) => {
    document.querySelector('pre').textContent = JSON.stringify({ code, message, took: performance.now() - began });
  });
</script>`;

/** The engine as one module. */
async function bundle(): Promise<string> {
  const lib = { entry: 'src/engine/index.ts', formats: ['es' as const], fileName: 'engine' };
  const built = await build({ configFile: false, logLevel: 'silent', publicDir: false, build: { lib, write: false } });
  return ((built as Rollup.RollupOutput[])[0]?.output[0].code ?? '').replaceAll('import.meta.url', 'location.href');
}

/** What a page of an origin that `base` does not know is told. */
async function toldBy(base: string): Promise<{ code: string; message: string; took: number }> {
  const engine = await bundle();
  const context = await stage.browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.route(`${origin}/**`, (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: engine })
      : route.fulfill({ contentType: 'text/html', body: app }),
  );
  await page.goto(`${origin}/?${base}`);
  const told = page.locator('pre:not(:empty)');
  await told.waitFor();
  return JSON.parse((await told.textContent()) ?? '');
}

/** The address of a server of the test's own. */
async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
}

describe('a page whose origin the service does not know is told so, and what to add, where requests', () => {
  it.each<[string, () => Promise<string>]>([
    ['are refused', async () => api],
    ['are taken and never answered', () => served(() => {})],
    [
      'are never answered but for those that need no preflight',
      () => served(({ method }, answer) => method !== 'OPTIONS' && answer.end()),
    ],
  ])('%s', async (name, service) => {
    const { took, ...failed } = await toldBy(await service());
    console.log(`requests ${name}: told after ${Math.round(took)} ms`);
    expect(failed).toEqual({ code: 'UnknownOrigin', message: expect.stringContaining(`add "${origin}" to origins`) });
  });
});
