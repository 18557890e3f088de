import type { RequestListener } from 'node:http';
import { build, type Rollup } from 'vite';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { listen } from './listen.ts';
import { setStage } from './stage.ts';

const { api } = inject('cloud');
const stage = setStage();

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

/**
 * What a page is told whose origin the service at `base` does not know. The page has a server: to what Playwright answers in the
 * place of one, the browser lets no request to this machine out.
 */
async function toldBy(base: string): Promise<{ origin: string; code: string; message: string; took: number }> {
  const engine = await bundle();
  const port = await listen(({ url }, answer) => {
    const script = url?.endsWith('.js');
    answer.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    answer.end(script ? engine : app);
  });
  const origin = `http://app.localhost:${port}`;
  const context = await stage.browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(`${origin}/?${base}`);
  const told = page.locator('pre:not(:empty)');
  await told.waitFor();
  return { origin, ...JSON.parse((await told.textContent()) ?? '') };
}

describe('a page whose origin the service does not know is told so, and what to add, where requests', () => {
  const service = async (answer: RequestListener) => `http://127.0.0.1:${await listen(answer)}/api`;

  it.each<[string, () => Promise<string>]>([
    ['are refused', async () => api],
    ['are taken and never answered', () => service(() => {})],
  ])('%s', async (name, base) => {
    const { took, origin, ...failed } = await toldBy(await base());
    console.log(`requests ${name}: told after ${Math.round(took)} ms`);
    expect(failed).toEqual({ code: 'UnknownOrigin', message: expect.stringContaining(`add "${origin}" to origins`) });
  });
});
