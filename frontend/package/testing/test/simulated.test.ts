import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const here = import.meta.dirname;
const root = resolve(here, '../../../..');
let consumer: string;

/** What somebody tests of his own page in what stands in for a browser: both elements come and go, and a file is stored. */
const tests = `
import { signet } from '@signet/testing';
import { Engine } from '@signet/upload';
import { afterAll, beforeAll, expect, it } from 'vitest';

let cloud;
beforeAll(async () => { cloud = await signet(); });
afterAll(() => cloud.stop());

it('shows and takes away, by properties that are set before the element is known and after', async () => {
  for (const name of ['signet-upload', 'signet-files']) {
    const element = document.createElement(name);
    element.base = cloud.api;
    element.settings = { token: async () => cloud.token };
    document.body.append(element);
    await import(name === 'signet-upload' ? '@signet/upload/element' : '@signet/upload/files');
    Object.assign(element, { name: 'keys', disabled: '', folder: undefined });
    expect(element.getAttribute('base')).toBe(cloud.api);
    expect([element.getAttribute('name'), element.hasAttribute('disabled'), element.hasAttribute('folder')]).toEqual(['keys', true, false]);
    element.disabled = false;
    expect([element.name, element.disabled, element.folder]).toEqual(['keys', false, '']);
    await expect.poll(() => element.shadowRoot?.querySelector('button')).toBeTruthy();
    element.remove();
  }
});

// What happy-dom sends as a form is none that S3 can read.
const sends = it.runIf(navigator.userAgent.includes('jsdom'));

sends('stores by the engine', async () => {
  const engine = new Engine({ base: cloud.api, token: async () => cloud.token });
  const { key } = await engine.upload(new File(['hello'], 'engine.txt', { type: 'text/plain' })).done;
  expect(String(await cloud.read(key))).toBe('hello');
});

sends('stores by the element', async () => {
  await import('@signet/upload/element');
  const element = document.createElement('signet-upload');
  element.setAttribute('base', cloud.api);
  element.settings = { token: async () => cloud.token };
  const stored = new Promise((tell) => element.addEventListener('signet-stored', ({ detail }) => tell(detail.key)));
  document.body.append(element);
  await expect.poll(() => element.shadowRoot?.querySelector('.upload-input-files')).toBeTruthy();
  const input = element.shadowRoot.querySelector('.upload-input-files');
  Object.defineProperty(input, 'files', { value: [new File(['chosen'], 'element.txt', { type: 'text/plain' })] });
  input.dispatchEvent(new Event('change', { bubbles: true }));
  expect(String(await cloud.read(await stored))).toBe('chosen');
});
`;

/** Vitest's own looks for them beside Vitest, which lies elsewhere here. */
const environment = (make: string) => `
import { populateGlobal } from 'vitest/runtime';
${make}
export default {
  name: 'simulated',
  viteEnvironment: 'client',
  setup(global) {
    const { keys, originals } = populateGlobal(global, window, { bindFunctions: true });
    return {
      teardown() {
        for (const key of keys) delete global[key];
        for (const [key, value] of originals) global[key] = value;
      },
    };
  },
};
`;
const environments = {
  jsdom: `import { JSDOM } from 'jsdom';
    const { window } = new JSDOM('<!doctype html>', { url: 'http://localhost:3000', pretendToBeVisual: true });`,
  'happy-dom': `import { Window } from 'happy-dom';
    const window = new Window({ url: 'http://localhost:3000' });`,
};

beforeAll(async () => {
  consumer = await mkdtemp(join(tmpdir(), 'signet-simulated-'));
  const { version } = JSON.parse(await readFile(resolve(here, '../package.json'), 'utf8'));
  for (const name of ['upload', 'testing']) {
    const own = join(consumer, 'node_modules/@signet', name);
    await mkdir(own, { recursive: true });
    const tarball = join(root, `build/signet-${name}-${version}.tgz`);
    await run('tar', ['xzf', tarball, '-C', own, '--strip-components=1']);
  }
  for (const [name, from] of [
    ['vitest', resolve(here, '../../..')],
    ['jsdom', resolve(here, '../runners')],
    ['happy-dom', resolve(here, '../runners')],
  ] as const) {
    const there = join(consumer, 'node_modules', name);
    await mkdir(dirname(there), { recursive: true });
    await symlink(join(from, 'node_modules', name), there);
  }
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await writeFile(join(consumer, 'page.test.js'), tests);
  const times = '{ hookTimeout: 60_000, testTimeout: 60_000, expect: { poll: { timeout: 30_000 } } }';
  await writeFile(join(consumer, 'vitest.config.js'), `export default { test: ${times} };`);
  for (const [name, make] of Object.entries(environments))
    await writeFile(join(consumer, `${name}.js`), environment(make));
});

afterAll(() => rm(consumer, { recursive: true, force: true }));

it.each([
  ['jsdom', '3 passed'],
  ['happy-dom', '1 passed'],
])('the elements and the engine work in %s, in which others test their pages', async (name, passed) => {
  const SIGNET_BIN = process.env.SIGNET_BIN ?? join(root, 'bin/signet');
  const args = [join(consumer, 'node_modules/vitest/vitest.mjs'), 'run', '--no-color', '--environment', `./${name}.js`];
  const options = { cwd: consumer, env: { ...process.env, SIGNET_BIN } };
  const { stdout } = await run(process.execPath, args, options).catch((error) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });
  expect(stdout).toContain(passed);
});
