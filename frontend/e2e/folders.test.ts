import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { Visitor } from './browser.ts';
import { writeSite } from './material.ts';
import { setStage } from './stage.ts';

const { site } = inject('cloud');
const stage = setStage();

describe.each([
  ['dropped', (visitor: Visitor, folder: string) => visitor.drop([folder])],
  ['chosen', (visitor: Visitor, folder: string) => visitor.chooseFolder(folder)],
] as const)('a folder that is %s', (how, give) => {
  it('keeps its paths: ten files are ten objects, though they look alike', async () => {
    const folder = join(stage.dir, how);
    const paths = await writeSite(folder);
    const visitor = await Visitor.enter(stage.browser, site);
    const { page } = visitor;
    await visitor.signIn('alice');
    await give(visitor, folder);
    await visitor.uploaded();
    await visitor.hears('10 files are uploaded');
    expect(await visitor.paths(how)).toEqual(paths);

    // The folder appears by itself, and is gone into and out of.
    await page.getByRole('link', { name: how, exact: true }).click();
    await page.getByRole('link', { name: 'c', exact: true }).click();
    await visitor.row('notes.txt').waitFor();
    expect(new URL(page.url()).hash).toBe(`#files/${how}/c`);
    expect(await page.locator('tr.row').count()).toBe(2);
    expect((await visitor.download('notes.txt')).suggested).toBe('notes.txt');
    await page.reload();
    await visitor.row('index.html').waitFor();
    const trail = page.getByRole('navigation', { name: 'Where this folder is' });
    expect(await trail.locator('li').allTextContents()).toEqual(['My files', how, 'c']);
    await page.goBack();
    await page.getByRole('link', { name: 'e', exact: true }).waitFor();
    expect(await page.locator('tr.row').count()).toBe(0);
    await trail.getByRole('link', { name: 'My files' }).click();
    await page.getByRole('link', { name: how, exact: true }).waitFor();
    expect(await trail.count()).toBe(0);
    await visitor.leave();
  });
});

it('what is uploaded while a folder is shown goes into it, and is seen there at once', async () => {
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  const file = join(stage.dir, 'into.txt');
  await writeFile(file, 'into');
  await page.goto(`${site}#files/${encodeURIComponent('사진 100%')}/2026`);
  await page.getByRole('heading', { name: 'Upload to 사진 100%/2026' }).waitFor();
  await page.getByText('Nothing in this folder').waitFor();
  await visitor.choose([file]);
  await visitor.uploaded();
  await visitor.row('into.txt').waitFor();
  expect(await visitor.paths('사진 100%')).toEqual(['사진 100%/2026/into.txt']);
  await visitor.leave();
});

it('an empty folder is named, and what lies beside it goes up', async () => {
  const folder = join(stage.dir, 'half');
  await mkdir(join(folder, 'nothing', 'within'), { recursive: true });
  await writeFile(join(folder, 'a.txt'), 'a');
  await mkdir(join(stage.dir, 'hollow'));
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await visitor.drop([folder, join(stage.dir, 'hollow')]);
  await page.getByText('There was nothing in half/nothing, hollow').waitFor();
  await visitor.uploaded();
  expect(await visitor.paths('half')).toEqual(['half/a.txt']);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  expect(await page.getByText('There was nothing in').count()).toBe(0);
  await visitor.leave();
});

it('neither an upload nor Refresh throws away what is shown; what was just stored stands on top', async () => {
  const folder = join(stage.dir, 'many');
  await mkdir(folder);
  for (let i = 0; i < 150; i++) await writeFile(join(folder, `many-${i}.txt`), `${i}`);
  const late = join(stage.dir, 'late.txt');
  await writeFile(late, 'late');
  const visitor = await Visitor.enter(stage.browser, site);
  const { page } = visitor;
  await visitor.signIn('bob');
  await visitor.chooseFolder(folder);
  await visitor.uploaded();
  await page.goto(`${site}#files/many`);
  const rows = page.locator('tr.row');
  const count = () => page.locator('.files-count').textContent();
  await expect.poll(count).toBe('150 shown');
  await visitor.choose([late]);
  await visitor.uploaded();
  await expect.poll(count).toBe('151 shown');
  expect(await rows.first().getByRole('rowheader').textContent()).toBe('late.txt');
  const answered = page.waitForResponse((response) => response.url().includes('/api/files?'));
  await page.getByRole('button', { name: 'Refresh' }).click();
  await answered;
  await page.waitForTimeout(300);
  expect(await count()).toBe('151 shown');
  expect(await rows.first().getByRole('rowheader').textContent()).toBe('late.txt');
  await visitor.leave();
});
