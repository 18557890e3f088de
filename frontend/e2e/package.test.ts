import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StartedCloud } from './cloud.ts';
import { Consumer } from './consumer.ts';
import { setStage } from './stage.ts';
import { sendsFiles } from './stored.ts';

// Compilers and bundlers take their time on a busy machine.
vi.setConfig({ testTimeout: 300_000 });
const run = promisify(execFile);
const stage = setStage();
const modules = resolve('node_modules');
const examples = ['element', 'react', 'vue', 'list', 'engine', 'uppy', 'files'] as const;
/** What stands in their pages. */
const bodies: Partial<Record<string, string>> = {
  element: '<signet-upload base="BASE"></signet-upload>',
  files: '<signet-files base="BASE"></signet-files>',
};
/** The file that an example stands in. */
const fileOf = (name: string) => `${name}.${name === 'react' ? 'tsx' : 'ts'}`;

let consumer: Consumer;

// A project of somebody else: the package from its tarball, the README's examples as they stand, a page on another origin.
beforeAll(async () => {
  const others = ['@uppy/core', 'react', 'react-dom', '@types/react', '@types/react-dom', 'vue', '@types/node'];
  consumer = await Consumer.make(stage.dir, others);
  await writeExamples(consumer.cloud);
}, 120_000);

afterAll(() => consumer?.close());

/** The README's examples, with the address of the service and a session in the places of the reader's own. */
async function writeExamples({ api, token }: StartedCloud): Promise<void> {
  const readme = String(await consumer.read('README.md'));
  for (const name of examples) {
    const fence = `\`\`\`${fileOf(name).split('.')[1]}\n`;
    const code = readme.split(`<!-- example: ${name} -->\n${fence}`)[1]?.split('```')[0] ?? '';
    expect(code).toContain("from './session.js'");
    await consumer.write(fileOf(name), code.replace('https://files.example.com/api', api));
    const page =
      bodies[name]?.replace('BASE', api) ?? (['react', 'vue'].includes(name) ? '' : '<input type="file" multiple>');
    await consumer.write(`${name}.html`, `<body>${page}<script type="module" src="/${fileOf(name)}"></script></body>`);
  }
  await consumer.write('session.ts', `export const token = async () => '${token}';\nexport const renew = token;\n`);
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
  it.each(['bundler', 'node16', 'nodenext'])('takes the examples in strict mode, %s', async (moduleResolution) => {
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noEmit'];
    const target = ['--target', 'es2022', '--lib', 'es2023,dom,dom.iterable'];
    const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution;
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
        { cwd: consumer.dir },
      ).catch(({ stdout }) => Promise.reject(new Error(stdout)));
    // Our own declarations are checked too; Uppy's are Uppy's.
    const jsx = ['--jsx', 'react-jsx', 'react.tsx'];
    await Promise.all([
      check('false', ['engine.ts', 'list.ts', 'element.ts', 'files.ts']),
      check('true', ['uppy.ts', 'vue.ts', ...jsx]),
    ]);
  });
});

it('is imported under Node, where pages are drawn before a browser has them', async () => {
  const { exports } = JSON.parse(String(await consumer.read('package.json')));
  const modules = Object.keys(exports).filter((name) => !/\.js(on)?$|uppy/.test(name));
  expect(modules).toHaveLength(6);
  await consumer.write(
    'server.mjs',
    `${modules.map((name) => `await import('@signet/upload${name.slice(1)}');`).join('\n')}
    import { createElement } from 'react';
    import { renderToString } from 'react-dom/server';
    import { createSSRApp, h } from 'vue';
    import { renderToString as renderVue } from 'vue/server-renderer';
    import * as react from '@signet/upload/react';
    import * as vue from '@signet/upload/vue';
    const props = { base: '/api', space: 'team', token: async () => '', onStored() {} };
    for (const name of ['SignetUpload', 'SignetFiles']) {
      console.log(renderToString(createElement(react[name], { ...props, className: 'a' })));
      console.log(await renderVue(createSSRApp({ render: () => h(vue[name], { ...props, class: 'a' }) })));
    }`,
  );
  // The same modules, for whoever still requires them.
  const required = modules.map((name) => `require('@signet/upload${name.slice(1)}');`).join('\n');
  await consumer.write('server.cjs', required);
  await run(process.execPath, ['server.cjs'], { cwd: consumer.dir });
  const { stdout } = await run(process.execPath, ['server.mjs'], { cwd: consumer.dir });
  const drawn = (tag: string) => `<${tag} base="/api" space="team" class="a"></${tag}>`;
  const [upload, files] = [drawn('signet-upload'), drawn('signet-files')];
  expect(stdout.trim().split('\n')).toEqual([upload, upload, files, files]);
});

it.each(['typescript/bin/tsc', 'typescript-7/bin/tsc'])(
  'needs no types of a browser for engine and list: %s',
  async (compiler) => {
    await consumer.write(
      'bare.ts',
      `import { createUploads, Engine } from '@signet/upload';
    const uploads = createUploads(new Engine({ base: 'https://files.example.com/api', token: async () => '' }));
    const names: string[] = uploads.getSnapshot().items.map(({ file }) => file.name);
    console.log(names);`,
    );
    const module = ['--module', 'nodenext', '--moduleResolution', 'nodenext', '--target', 'es2022'];
    const args = ['--strict', '--noEmit', '--lib', 'es2023', '--types', 'node', ...module, 'bare.ts'];
    await run(process.execPath, [join(modules, compiler), ...args], { cwd: consumer.dir }).catch(({ stdout }) =>
      Promise.reject(new Error(stdout)),
    );
  },
);

it('Vite bundles the examples, the worker apart, and they upload real files from another origin', async () => {
  await consumer.build(examples.map((name) => `${name}.html`));
  expect((await readdir(join(consumer.dir, 'dist/assets'))).some((name) => name.startsWith('worker'))).toBe(true);
  for (const name of examples) {
    if (name !== 'files') await sendsFiles(stage, consumer.cloud, `${consumer.origin}/${name}.html`, name);
  }
});
