import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { type StartedCloud, startCloud } from './cloud.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';
import { sendsFiles, storedHash } from './stored.ts';

const MiB = 1024 * 1024;
const run = promisify(execFile);
const stage = setStage();
const modules = resolve('node_modules');
/** What `make pack` writes. */
const { version } = JSON.parse(await readFile('package/package.json', 'utf8'));
const tarball = resolve(`../build/signet-upload-${version}.tgz`);
const examples = ['element', 'react', 'vue', 'list', 'engine', 'uppy'] as const;
/** The file that an example stands in. */
const fileOf = (name: string) => `${name}.${name === 'react' ? 'tsx' : 'ts'}`;

let consumer: string;
let server: Server;
let cloud: StartedCloud;

// A project of somebody else: the package from its tarball, the README's examples as they stand, a page on another origin.
beforeAll(async () => {
  consumer = join(stage.dir, 'consumer');
  await mkdir(consumer);
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  await write('package.json', JSON.stringify({ private: true, type: 'module' }));
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const of = (name: string) => `${name}@${dependencies[name] ?? devDependencies[name]}`;
  const others = ['@uppy/core', 'react', 'react-dom', '@types/react', '@types/react-dom', 'vue'];
  const packages = [tarball, ...others.map(of)];
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...quiet, ...packages], { cwd: consumer });

  server = createServer((request, response) => void serve(request.url ?? '/').then((file) => file(response)));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  cloud = await startCloud({ settings: { origins: [origin()] } });
  await writeExamples(cloud);
}, 120_000);

afterAll(async () => {
  server?.close();
  await cloud?.stop();
});

const write = (name: string, text: string) => writeFile(join(consumer, name), text);
const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** The README's examples, with the address of the service and a session in the places of the reader's own. */
async function writeExamples({ api, token }: StartedCloud): Promise<void> {
  const readme = await readFile(join(consumer, 'node_modules/@signet/upload/README.md'), 'utf8');
  for (const name of examples) {
    const fence = `\`\`\`${fileOf(name).split('.')[1]}\n`;
    const code = readme.split(`<!-- example: ${name} -->\n${fence}`)[1]?.split('```')[0] ?? '';
    expect(code).toContain("from './session.js'");
    await write(fileOf(name), code.replace('https://files.example.com/api', api));
    const body = name === 'element' ? `<signet-upload base="${api}"></signet-upload>` : '<input type="file" multiple>';
    const page = ['react', 'vue'].includes(name) ? '' : body;
    await write(`${name}.html`, `<body>${page}<script type="module" src="/${fileOf(name)}"></script></body>`);
  }
  await write('session.ts', `export const token = async () => '${token}';\nexport const renew = token;\n`);
}

/** Answers how to serve a file of the built pages. */
async function serve(url: string): Promise<(response: import('node:http').ServerResponse) => void> {
  const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
  const name = new URL(url, 'http://a').pathname;
  const body = await readFile(join(consumer, 'dist', name)).catch(() => undefined);
  return (response) => {
    response.writeHead(body ? 200 : 404, { 'content-type': types[extname(name)] ?? 'text/plain' });
    response.end(body);
  };
}

it('shows the same example in both READMEs', async () => {
  const code = (text: string) => text.split('```ts\nimport { Engine }')[1]?.split('```')[0];
  const [ours, theirs] = await Promise.all([readFile('../README.md', 'utf8'), readFile('package/README.md', 'utf8')]);
  expect(code(ours)).toBe(code(theirs));
  expect(code(ours)).toContain('engine.upload');
});

describe.each([
  ['TypeScript 5.9', 'typescript/bin/tsc'],
  ['TypeScript 7', 'typescript-7/bin/tsc'],
])('%s', (_, compiler) => {
  it.each(['bundler', 'nodenext'])('takes the examples in strict mode, %s', async (moduleResolution) => {
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noEmit'];
    const target = ['--target', 'es2022', '--lib', 'es2023,dom,dom.iterable'];
    const module = moduleResolution === 'nodenext' ? 'nodenext' : 'esnext';
    const check = (skip: string, files: string[]) =>
      run(
        process.execPath,
        [
          join(modules, compiler),
          ...strict,
          ...target,
          ...['--module', module, '--moduleResolution', moduleResolution, '--skipLibCheck', skip],
          ...files,
        ],
        { cwd: consumer },
      ).catch(({ stdout }) => Promise.reject(new Error(stdout)));
    // Our own declarations are checked too; Uppy's are Uppy's.
    const jsx = ['--jsx', 'react-jsx', 'react.tsx'];
    await Promise.all([
      check('false', ['engine.ts', 'list.ts', 'element.ts']),
      check('true', ['uppy.ts', 'vue.ts', ...jsx]),
    ]);
  });
});

it('Vite bundles the examples, the worker apart, and they upload real files from another origin', async () => {
  const pages = examples.map((name) => `${name}.html`);
  await write(
    'vite.config.js',
    `export default { build: { rollupOptions: { input: ${JSON.stringify(pages)} } }, oxc: { jsx: { runtime: 'automatic' } }, logLevel: 'warn' };`,
  );
  await run(process.execPath, [join(modules, 'vite/bin/vite.js'), 'build'], { cwd: consumer });
  expect((await readdir(join(consumer, 'dist/assets'))).some((name) => name.startsWith('worker'))).toBe(true);
  for (const name of examples) await sendsFiles(stage, cloud, `${origin()}/${name}.html`, name);
}, 120_000);

it('the element in a form: light, accessible in every state, and its keys are sent once all is stored', async () => {
  const alone = await readFile(join(consumer, 'node_modules/@signet/upload/dist/signet-upload.js'));
  expect(gzipSync(alone, { level: 9 }).length).toBeLessThan(45_000);
  const { api } = cloud;
  const form = `<form lang="en"><signet-upload base="${api}" name="keys" required></signet-upload><button>Send</button></form>`;
  const head = '<html lang="en"><head><title>A form</title></head>';
  const code = `import '@signet/upload/element'; import { renew, token } from './session.js';
    document.querySelector('signet-upload').settings = { token, renew };`;
  await write('form.ts', code);
  await write(
    'form.html',
    `${head}<body><main><h1>A form</h1>${form}</main><script type="module" src="/form.ts"></script></body></html>`,
  );
  await write(
    'vite.config.js',
    `export default { build: { rollupOptions: { input: ['form.html'] } }, logLevel: 'warn' };`,
  );
  await run(process.execPath, [join(modules, 'vite/bin/vite.js'), 'build'], { cwd: consumer });

  const visitor = await Visitor.enter(stage.browser, `${origin()}/form.html`);
  const { page } = visitor;
  const clean = async () => expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  const valid = () => page.locator('form').evaluate((node) => (node as HTMLFormElement).checkValidity());
  await page.locator('.upload-choose').first().waitFor();
  await clean();
  expect(await valid()).toBe(false);

  const file = join(stage.dir, 'of a form.bin');
  const sum = await writeBytes(file, 30 * MiB);
  // Long enough to be looked at.
  await page.route(/partNumber=/, (route) => new Promise((go) => setTimeout(go, 1500)).then(() => route.continue()));
  await page.locator('input:not([webkitdirectory])').setInputFiles(file);
  await page.locator('.upload-row').waitFor();
  expect(await valid()).toBe(false);
  await clean();
  await page.locator('.upload-body[data-state=done]').waitFor();
  await clean();
  expect(await valid()).toBe(true);
  const keys = await page.locator('form').evaluate((node) => new FormData(node as HTMLFormElement).getAll('keys'));
  expect(keys).toHaveLength(1);
  expect(await storedHash(cloud, 'of a form.bin')).toBe(sum);
  await visitor.leave();
}, 120_000);
