import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const here = import.meta.dirname;
const root = resolve(here, '../../../..');
const { version } = JSON.parse(await readFile(resolve(here, '../package.json'), 'utf8'));
const tarball = join(root, `build/signet-testing-${version}.tgz`);
const examples = [
  'upload.js',
  'upload.test.ts',
  'upload.jest.test.js',
  'upload.spec.ts',
  'test_upload.py',
  'upload_test.go',
] as const;
/** What `make` has put into a virtual environment of its own. */
const python = join(root, '.venv/testing/bin/python');

let consumer: string;
let env: NodeJS.ProcessEnv;

// A project of somebody else: the package from its tarball, the README's examples as they stand.
beforeAll(async () => {
  consumer = await mkdtemp(join(tmpdir(), 'signet-consumer-'));
  const own = join(consumer, 'node_modules/@signet/testing');
  await mkdir(own, { recursive: true });
  await run('tar', ['xzf', tarball, '-C', own, '--strip-components=1']);
  for (const [name, from] of [
    ['vitest', resolve(here, '../../..')],
    ['jest', resolve(here, '../runners')],
    ['@playwright/test', resolve(here, '../runners')],
  ] as const) {
    const there = join(consumer, 'node_modules', name);
    await mkdir(dirname(there), { recursive: true });
    await symlink(join(from, 'node_modules', name), there);
  }
  const readme = await readFile(join(own, 'README.md'), 'utf8');
  for (const name of examples) {
    const code = readme.split(`<!-- example: ${name} -->\n`)[1]?.split('\n').slice(1).join('\n').split('\n```')[0];
    expect(code, name).toBeTruthy();
    await write(name, `${code}\n`);
  }
  await write('package.json', JSON.stringify({ private: true, type: 'module' }));
  env = { ...process.env, SIGNET_BIN: process.env.SIGNET_BIN ?? join(root, 'bin/signet') };
});

afterAll(() => rm(consumer, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFile(join(consumer, name), text);

/** Runs a runner, and says what it said where it fails. */
async function runs(program: string, args: string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout, stderr } = await run(program, args, { cwd: consumer, env: { ...env, ...more } }).catch((error) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });
  return stdout + stderr;
}

const node = (script: string, args: string[], flags: string[] = []) =>
  runs(process.execPath, [...flags, join(consumer, 'node_modules', script), ...args]);

describe('an upload under a fault, and the bucket seen after it', () => {
  it('Vitest', async () => {
    await write(
      'vitest.config.js',
      "export default { test: { include: ['upload.test.ts'], hookTimeout: 60_000, testTimeout: 60_000 } };",
    );
    expect(await node('vitest/vitest.mjs', ['run', '--no-color'])).toMatch(/1 passed/);
  });

  it('Jest', async () => {
    const config = JSON.stringify({ testMatch: ['**/*.jest.test.cjs'], transform: {} });
    await write('upload.jest.test.cjs', await readFile(join(consumer, 'upload.jest.test.js'), 'utf8'));
    expect(await node('jest/bin/jest.js', ['--config', config], ['--experimental-vm-modules'])).toMatch(/1 passed/);
  });

  it('Playwright', async () => {
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    const use = { launchOptions: { executablePath, args: ['--no-sandbox', '--disable-gpu'] } };
    await write(
      'playwright.config.js',
      `export default ${JSON.stringify({ testMatch: 'upload.spec.ts', timeout: 90_000, use })};`,
    );
    expect(await node('@playwright/test/cli.js', ['test', '--reporter=line'])).toMatch(/1 passed/);
  });

  it('pytest', async () => {
    expect(await runs(python, ['-m', 'pytest', '-q', 'test_upload.py'])).toMatch(/1 passed/);
  });

  it('go test', async () => {
    const [line] = (await readFile(join(root, 'go.mod'), 'utf8')).match(/^go .*$/m) ?? [];
    const module = `module example.com/app\n\n${line}\n\nrequire signet v0.0.0\n\n`;
    await write('go.mod', `${module}replace signet => ${root}\n`);
    await write('upload.go', await readFile(join(here, 'testdata/upload.go'), 'utf8'));
    expect(await runs('go', ['test', '-count=1', '-v', '.'])).toMatch(/--- PASS: TestSendsAgain/);
  });
});

describe('the program', () => {
  const start = `import { signet } from '@signet/testing'; const c = await signet(); console.log(c.pid); await c.stop();`;
  const tries = (more: NodeJS.ProcessEnv) => runs(process.execPath, ['--input-type=module', '-e', start], more);

  it('is that of SIGNET_BIN, or that on the PATH', async () => {
    expect(await tries({})).toMatch(/^\d+\n$/);
    const folder = join(consumer, 'bin');
    await mkdir(folder);
    await symlink(env.SIGNET_BIN as string, join(folder, 'signet'));
    expect(await tries({ SIGNET_BIN: '', PATH: [folder, dirname(process.execPath)].join(delimiter) })).toMatch(
      /^\d+\n$/,
    );
  });

  it('is said to be missing in one line', async () => {
    const none = { SIGNET_BIN: '', PATH: dirname(process.execPath) };
    await access(join(none.PATH, 'signet')).then(
      () => expect.fail(`${none.PATH} has a signet`),
      () => {},
    );
    await expect(tries(none)).rejects.toThrow('Error: got no signet, want one: set SIGNET_BIN to it');
    await expect(tries({ SIGNET_BIN: 'no/such' })).rejects.toThrow(
      /got no program at .*no\/such, want that of SIGNET_BIN/,
    );
  });

  it('is gone when the process that started it is killed', async () => {
    const forgets = `import { signet } from '@signet/testing'; const c = await signet();
      console.log(c.pid); process.kill(process.pid, 'SIGKILL');`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', forgets], {
      cwd: consumer,
      env,
    }).catch((error) => error);
    const gone = () => {
      try {
        return process.kill(Number(stdout), 0) && false;
      } catch {
        return true;
      }
    };
    expect(Number(stdout)).toBeGreaterThan(1);
    await expect.poll(gone, { timeout: 10_000 }).toBe(true);
  });
});
