import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { type Cloud, call, startCloud, stopCloud } from './cloud.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const MiB = 1024 * 1024;
const run = promisify(execFile);
const stage = setStage();
const modules = resolve('node_modules');
/** What `make pack` writes. */
const tarball = resolve('../build/signet-upload-0.1.0.tgz');
const examples = ['engine', 'uppy'] as const;

let consumer: string;
let server: Server;
let local: Awaited<ReturnType<typeof startCloud>>;

// A project of somebody else: the package from its tarball, the README's examples as they stand, a page on another origin.
beforeAll(async () => {
  consumer = join(stage.dir, 'consumer');
  await mkdir(consumer);
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  await write('package.json', JSON.stringify({ private: true, type: 'module' }));
  const packages = [tarball, `@uppy/core@${dependencies['@uppy/core']}`];
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...quiet, ...packages], { cwd: consumer });

  server = createServer((request, response) => void serve(request.url ?? '/').then((file) => file(response)));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const cloud = join(stage.dir, 'cloud');
  await mkdir(cloud);
  local = await startCloud(cloud, { settings: { origins: [origin()] } });
  await writeExamples(local.cloud);
}, 120_000);

afterAll(async () => {
  server?.close();
  if (local) await stopCloud(local.process);
});

const write = (name: string, text: string) => writeFile(join(consumer, name), text);
const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** The README's examples, with the address of the service and a session in the places of the reader's own. */
async function writeExamples({ api, token }: Cloud): Promise<void> {
  const readme = await readFile(join(consumer, 'node_modules/@signet/upload/README.md'), 'utf8');
  for (const name of examples) {
    const code = readme.split(`<!-- example: ${name} -->\n\`\`\`ts\n`)[1]?.split('```')[0] ?? '';
    expect(code).toContain("'https://files.example.com/api'");
    await write(`${name}.ts`, code.replace('https://files.example.com/api', api));
    await write(`${name}.html`, `<input type="file" multiple><script type="module" src="/${name}.ts"></script>`);
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
    await Promise.all([check('false', ['engine.ts']), check('true', ['uppy.ts'])]);
  });
});

it('Vite bundles the examples, the worker apart, and they upload real files from another origin', async () => {
  const pages = examples.map((name) => `${name}.html`);
  await write(
    'vite.config.js',
    `export default { build: { rollupOptions: { input: ${JSON.stringify(pages)} } }, logLevel: 'warn' };`,
  );
  await run(process.execPath, [join(modules, 'vite/bin/vite.js'), 'build'], { cwd: consumer });
  expect((await readdir(join(consumer, 'dist/assets'))).some((name) => name.startsWith('worker'))).toBe(true);
  for (const name of examples) await upload(name);
}, 120_000);

/** Sends a file in parts and a small one with a built page, and compares what is stored. */
async function upload(name: string): Promise<void> {
  const files = [`${name} small.bin`, `${name} parts.bin`].map((file) => join(stage.dir, file));
  const hashes = [await writeBytes(files[0] ?? '', 1234), await writeBytes(files[1] ?? '', 70 * MiB)];
  const visitor = await Visitor.enter(stage.browser, `${origin()}/${name}.html`);
  const { page } = visitor;
  let workers = 0;
  page.on('worker', () => workers++);
  for (const [i, file] of files.entries()) {
    const stored = page.waitForEvent('console', (message) => message.text().startsWith('stored'));
    await page.locator('input').setInputFiles(file);
    expect((await stored).text()).not.toBe('stored 0');
    expect(await storedHash(basename(file))).toBe(hashes[i]);
  }
  expect(workers).toBe(1);
  await visitor.leave();
}

/** SHA-256 of one of alice's objects. */
async function storedHash(name: string): Promise<string> {
  const { files } = await call<{ files: { key: string; name: string }[] }>(local.cloud, 'GET', '/files?limit=1000');
  const key = files.find((file) => file.name === name)?.key ?? '';
  const { url } = await call<{ url: string }>(local.cloud, 'GET', `/files/url?${new URLSearchParams({ key })}`);
  const body = await (await fetch(url)).arrayBuffer();
  return Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex');
}
