import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Visitor } from './browser.ts';
import { type StartedCloud, startCloud } from './cloud.ts';
import { freePort, ownFile, ownLines, Served, shell } from './projects.ts';
import { setStage } from './stage.ts';
import { sendsFiles } from './stored.ts';

const stage = setStage();
const root = resolve('..');
const source = resolve('package/examples');
/** `EXAMPLES=all` has those too that take long to install and build. */
const all = process.env.EXAMPLES === 'all';

/** How a project comes to run, in words of the shell: PACKAGE is the tarball, PORT where its page is served. */
interface Way {
  /** The folder in which its session finds what `signet dev --json` says. */
  ready: string;
  install: string;
  serve: string;
  /** The folder to which its server gives passes. That one is told what is stored, and its page says so. */
  passes?: string;
}

const npm = 'npm install --no-save "$PACKAGE" && npm run build';
const preview = 'exec npm start -- --host 127.0.0.1 --port $PORT';
const element = 'mkdir signet && tar -xzf "$PACKAGE" -C signet --strip-components 2 package/dist';
const venv = 'python3 -m venv .venv && .venv/bin/python -m pip install --quiet -r requirements.txt mypy==2.4.1';
const told = 'jq -rf ../environment.jq ready.json > .env; set -a; . ./.env; set +a; exec';

const light: Record<string, Way> = {
  plain: { ready: '.', install: element, serve: 'exec python3 -m http.server --bind 127.0.0.1 $PORT' },
  react: { ready: 'src', install: npm, serve: preview },
  express: { ready: '.', install: npm, serve: `${told} npm start`, passes: 'in' },
};
const heavy: Record<string, Way> = {
  vue: { ready: 'src', install: npm, serve: preview },
  svelte: { ready: 'src/lib', install: npm, serve: preview },
  next: { ready: 'app', install: npm, serve: 'exec npm start -- --hostname 127.0.0.1 --port $PORT' },
  flask: {
    ready: '.',
    install: `${venv} && .venv/bin/mypy --strict --ignore-missing-imports app.py && ${element}`,
    serve: `${told} .venv/bin/flask --app app run --port $PORT`,
    passes: 'in',
  },
};

let tarball: string;

beforeAll(async () => {
  const { version } = JSON.parse(await readFile('package/package.json', 'utf8'));
  tarball = join(root, `build/signet-upload-${version}.tgz`);
  await cp(source, join(stage.dir, 'examples'), { recursive: true, filter: ownFile });
});

/** What npm is told besides: nobody looks at its advice here. */
const calm = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_prefer_offline: 'true' };

/** A local cloud with the examples' configuration, which tells a server of what is stored. */
async function cloudFor(events?: string): Promise<StartedCloud> {
  const { context } = JSON.parse(await readFile(join(source, 'cdk.json'), 'utf8'));
  const cloud = await startCloud({ settings: context.signet, ...(events ? { flags: ['--events', events] } : {}) });
  onTestFinished(() => cloud.stop());
  return cloud;
}

/** Has a page that names the API by its usual address name it by its own. */
async function address(page: string, { api }: StartedCloud): Promise<void> {
  const text = await readFile(page, 'utf8');
  expect(text).toContain('base="http://127.0.0.1:8080/api"');
  await writeFile(page, text.replace('http://127.0.0.1:8080/api', api));
}

/** A cloud that was started without what tests need besides: it is asked by its ready line's token. */
function byToken({ api, token }: { api: string; token: string }): Pick<StartedCloud, 'call'> {
  return {
    call: async (method, path) =>
      (await fetch(api + path, { method, headers: { authorization: `Bearer ${token}` } })).json(),
  };
}

/** The page says what its server was told by events. */
async function saysWhatWasTold({ page }: Visitor, names: string[]): Promise<void> {
  for (const name of names)
    await page
      .locator('li')
      .filter({ hasText: `${name}, ` })
      .waitFor();
}

describe.each(Object.entries(all ? { ...light, ...heavy } : light))('%s', (name, { ready, install, serve, passes }) => {
  it('is installed from the package, type-checked and built, and stores what its visitor sends', async () => {
    const dir = join(stage.dir, 'examples', name);
    const port = await freePort();
    const page = `http://127.0.0.1:${port}/`;
    const cloud = await cloudFor(passes && `${page}hooks/signet`);
    await writeFile(join(dir, ready, 'ready.json'), JSON.stringify(cloud.ready));
    if (name === 'plain') await address(join(dir, 'index.html'), cloud);
    await shell(install, dir, { ...calm, PACKAGE: tarball });
    await new Served(serve, dir, { PORT: String(port) }).answers(page);
    const backend = passes ? { folder: passes, look: saysWhatWasTold } : {};
    await sendsFiles(stage, cloud, page, name, backend);
  }, 600_000);
});

describe('what somebody writes of his own', () => {
  const lines = async (...files: string[]) => {
    const texts = await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')));
    return texts.reduce((sum, text) => sum + ownLines(text), 0);
  };

  it.each([
    ['react/src/App.tsx', 'react/src/session.ts'],
    ['next/app/page.tsx', 'next/app/session.ts'],
    ['vue/src/App.vue', 'vue/src/session.ts'],
    ['svelte/src/routes/+page.svelte', 'svelte/src/lib/session.ts'],
  ])('%s with its session has at most 12 lines', async (...files) => {
    const count = await lines(...files);
    console.log(`${count} lines: ${files.join(', ')}`);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(12);
  });

  it('a plain page has at most 3 lines of HTML, and its session 3', async () => {
    const page = await readFile(join(source, 'plain/index.html'), 'utf8');
    const body = page.split('<body>')[1]?.split('</body>')[0] ?? '';
    console.log(`${ownLines(body)} lines: plain/index.html; ${await lines('plain/session.js')}: plain/session.js`);
    expect(body).toContain('<signet-upload');
    expect(ownLines(body)).toBeLessThanOrEqual(3);
    expect(await lines('plain/session.js')).toBeLessThanOrEqual(3);
  });

  it('every example is tried', async () => {
    const folders = await readdir(source, { withFileTypes: true });
    const names = folders.filter((entry) => entry.isDirectory() && entry.name !== 'page').map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys({ ...light, ...heavy }).sort());
  });
});

describe.runIf(all)('a new project, as the README has it', () => {
  it('goes from `npm create vite` to a stored file', async () => {
    const readme = await readFile(join(source, 'README.md'), 'utf8');
    const script = readme.split('<!-- example: stopwatch -->\n```sh\n')[1]?.split('```')[0] ?? '';
    const commands = ownLines(script);
    const own =
      ownLines(await readFile(join(source, 'react/src/App.tsx'), 'utf8')) +
      ownLines(await readFile(join(source, 'react/src/session.ts'), 'utf8'));
    const dir = join(stage.dir, 'new');
    await mkdir(dir);
    const port = await freePort();
    const here = script
      .replace('signet dev ', `signet dev --port 0 --dir "${dir}/data" `)
      .replace('npm run dev', `exec npm run dev -- --host 127.0.0.1 --port ${port} --strictPort`);
    expect(here).toContain('--port 0');
    expect(here).toContain('--strictPort');
    const page = `http://127.0.0.1:${port}/`;
    await new Served(here, dir, { ...calm, npm_config_yes: 'true', SIGNET: root })
      .answers(page)
      .catch((error: Error) => {
        const apart = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT/.test(error.message);
        throw apart ? new Error(`npm cannot be reached, from which create-vite comes: ${error.message}`) : error;
      });
    const project = join(dir, 'my-app');
    const ready = () => readFile(join(project, 'src/ready.json'), 'utf8');
    await expect.poll(ready).toContain('\n');
    await sendsFiles(stage, byToken(JSON.parse(await ready())), page, 'new');
    await shell('npm run build', project, calm);
    console.log(`from npm create vite to a stored file: ${commands} commands, ${own} lines`);
    expect(own).toBeLessThanOrEqual(12);
  }, 300_000);
});
