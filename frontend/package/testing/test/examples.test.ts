import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinary } from '../src/binary.ts';

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
    await write('test_cloud.py', await readFile(join(here, 'test_cloud.py'), 'utf8'));
    expect(await runs(python, ['-m', 'pytest', '-q', 'test_cloud.py'])).toMatch(/4 passed/);
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

  /** The folders of the PATH that have no such program. */
  const elsewhere = () => (env.PATH ?? '').split(delimiter).filter((one) => !existsSync(join(one, 'signet')));

  /** The environment without a program, and with a `go` that builds at once by copying what `make build` has built. */
  async function withoutProgram(): Promise<NodeJS.ProcessEnv> {
    const folder = join(consumer, 'go');
    await mkdir(folder);
    const script = `#!/bin/sh\n[ "$1 $2 $4" = 'build -o ./cmd/signet' ] && [ -d cmd/signet ] && cp '${env.SIGNET_BIN}' "$3"\n`;
    await writeFile(join(folder, 'go'), script, { mode: 0o755 });
    return { ...env, SIGNET_BIN: '', PATH: [folder, ...elsewhere()].join(delimiter) };
  }

  it('is built in a checkout where there is none', async () => {
    const inside = { cwd: join(root, 'lambda/upload'), env: await withoutProgram() };
    const built = join(root, 'bin/signet-testing');
    const asPython = 'from signet_testing.binary import find_binary; print(find_binary())';
    await rm(built, { force: true });
    expect(await findBinary(inside.env, inside.cwd)).toBe(built);
    expect((await run(built, ['version'])).stdout).toMatch(/^signet /);
    await rm(built);
    expect((await run(python, ['-c', asPython], inside)).stdout.trim()).toBe(built);
    expect((await run(built, ['version'])).stdout).toMatch(/^signet /);
    await rm(built);
  });

  // Go puts its own folder before the PATH of a test, so this is a build indeed.
  it('is built of the module that a Go test requires', { timeout: 300_000 }, async () => {
    const cache = {
      GOCACHE: (await run('go', ['env', 'GOCACHE'])).stdout.trim(),
      XDG_CACHE_HOME: join(consumer, 'cache'),
    };
    const none = { SIGNET_BIN: '', PATH: elsewhere().join(delimiter), ...cache };
    expect(await runs('go', ['test', '-count=1', '-v', '.'], none)).toMatch(/--- PASS: TestSendsAgain/);
    expect(await readdir(join(consumer, 'cache/signet-testing'))).toHaveLength(1);
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
