import { build, type Rollup } from 'vite';
import { expect, inject, it } from 'vitest';
import { setStage } from './stage.ts';

const { api } = inject('cloud');
const stage = setStage();
const origin = 'http://app.localhost:5173';

/** A page that sends a file and shows how that fails. */
const app = `<!doctype html><title>app</title><pre></pre><script type="module">
  import { Engine } from '/engine.js';
  const token = async () => 'token';
  const file = { name: 'a', type: '', lastModified: 0, body: new Blob([new Uint8Array(17 << 20)]) };
  const { done } = new Engine({ base: location.search.slice(1), token, renew: token }).upload(file);
  done.catch(({ code, message }) => {
    document.querySelector('pre').textContent = JSON.stringify({ code, message });
  });
</script>`;

/** The engine as one module. */
async function bundle(): Promise<string> {
  const lib = { entry: 'src/engine/index.ts', formats: ['es' as const], fileName: 'engine' };
  const built = await build({ configFile: false, logLevel: 'silent', publicDir: false, build: { lib, write: false } });
  return ((built as Rollup.RollupOutput[])[0]?.output[0].code ?? '').replaceAll('import.meta.url', 'location.href');
}

it('a page whose origin the service does not know is told so, and what to add', async () => {
  const engine = await bundle();
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  await page.route(`${origin}/**`, (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: engine })
      : route.fulfill({ contentType: 'text/html', body: app }),
  );
  await page.goto(`${origin}/?${api}`);
  const told = page.locator('pre:not(:empty)');
  await told.waitFor();
  const failed = JSON.parse((await told.textContent()) ?? '');
  expect(failed).toMatchObject({
    code: 'UnknownOrigin',
    message: expect.stringContaining(`add "${origin}" to origins`),
  });
  await context.close();
});
