import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { paths } from '../src/rig/paths.ts';
import { setStage } from './stage.ts';
import { Visit } from './visit.ts';

const stage = setStage();
const run = promisify(execFile);

/** Ten files, of which five are the same page under one name. */
const tree = {
  ...Object.fromEntries(
    ['', 'a/', 'b/', 'b/c/', 'd/'].map((folder) => [`${folder}index.html`, '<p>the same page</p>\n']),
  ),
  ...{
    'a/one.txt': 'one\n',
    'b/two.txt': 'two\n',
    'b/c/세 번째.txt': 'three\n',
    'd/empty.txt': '',
    'four.txt': 'four\n',
  },
};

it.each(['Uppy 6, companionEndpoint', 'Uppy 5, endpoint'] as const)(
  '%s keeps the paths of a chosen folder',
  async (way) => {
    const chosen = join(stage.dir, way.slice(0, 6), 'pages');
    for (const [path, text] of Object.entries(tree)) {
      await mkdir(dirname(join(chosen, path)), { recursive: true });
      await writeFile(join(chosen, path), text);
    }
    const visit = await Visit.enter(stage, way, chosen);
    await visit.start();
    expect(await visit.finished()).toEqual({ successful: 10, failed: [] });
    await visit.leave();

    const { api, site, token } = stage.cloud.ready;
    const back = join(stage.dir, way.slice(0, 6), 'back');
    await mkdir(back);
    const env = { ...process.env, HOME: stage.dir, SIGNET_API: api, SIGNET_TOKEN: token };
    await run(paths.signet, ['get', '-r', 'pages'], { cwd: back, env });
    expect(await contentOf(join(back, 'pages'))).toEqual(tree);
    await listed(site);
  },
);

/** Every file below a folder, with its text. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const pairs = files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'utf8')]);
  return Object.fromEntries(await Promise.all(pairs));
}

/** The same folders, opened one after another in the page's own list. */
async function listed(site: string): Promise<void> {
  const context = await stage.browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(site);
  await page.getByRole('main').getByRole('button').click();
  await page.getByRole('button', { name: 'alice', exact: false }).click();
  const names = (kind: string) => page.locator(`tr.${kind} [role=rowheader], tr.${kind} th`).allTextContents();
  for (const [folder, folders, files] of [
    ['pages', ['a', 'b', 'd'], ['four.txt', 'index.html']],
    ['pages/b', ['c'], ['index.html', 'two.txt']],
    ['pages/b/c', [], ['index.html', '세 번째.txt']],
  ] as const) {
    await page.locator('.files-count:not(:empty)').waitFor();
    await page.goto(`${site}#files/${folder}`);
    await expect.poll(async () => (await names('folder')).sort()).toEqual(folders);
    await expect.poll(async () => (await names('row')).sort()).toEqual(files);
  }
  await context.close();
}
