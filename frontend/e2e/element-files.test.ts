import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Visitor, violations } from './browser.ts';
import { Consumer } from './consumer.ts';
import { setStage } from './stage.ts';

// Each state is looked through by axe, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const stage = setStage();
let consumer: Consumer;

beforeAll(async () => {
  consumer = await Consumer.make(stage.dir, []);
  const { api, token } = consumer.cloud;
  await consumer.write(
    'files.ts',
    `import '@signet/upload/element';
    import '@signet/upload/files';
    const token = async () => '${token}';
    for (const node of document.querySelectorAll('signet-upload, signet-files')) {
      node.setAttribute('folder', location.search.slice(1));
      node.settings = { token };
    }`,
  );
  const elements = `<form><signet-upload base="${api}"></signet-upload><signet-files base="${api}" name="keys"></signet-files></form>`;
  const body = `<main><h1>Files</h1><div id="column">${elements}</div></main>`;
  const script = '<script type="module" src="/files.ts"></script>';
  await consumer.write(
    'files.html',
    `<html lang="en"><head><title>Files</title></head><body>${body}${script}</body></html>`,
  );
  await consumer.build(['files.html']);
}, 120_000);

afterAll(() => consumer?.close());

const row = (page: Page, name: string) =>
  page.locator('tr').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
const names = (page: Page) => page.getByRole('rowheader').allTextContents();
const shown = (page: Page, wanted: string[]) => expect.poll(() => names(page)).toEqual(wanted);
const tick = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).click();
const action = (page: Page, name: string) =>
  page.getByRole('group', { name: 'What is selected' }).getByRole('button', { name, exact: true });
const answer = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });
const clean = async (page: Page) => expect(await violations(page)).toEqual([]);

/** Opens the page on a folder of the test's own, with small files in it: paths below that folder. */
async function within(folder: string, paths: string[]): Promise<Visitor> {
  for (const path of paths) {
    const at = join('/', folder, path).slice(1).split('/');
    const [name, body] = [at.pop() ?? '', `${folder} ${path}`];
    const file = { name, folder: at.join('/'), size: body.length, type: 'text/plain', id: crypto.randomUUID() };
    const signed = await consumer.cloud.call<{ url: string; headers: Record<string, string> }>(
      'POST',
      '/presign',
      file,
    );
    const { status } = await fetch(signed.url, { method: 'PUT', headers: signed.headers, body });
    expect(status).toBe(200);
  }
  const visitor = await Visitor.enter(stage.browser, `${consumer.origin}/files.html?${folder}`, {
    acceptDownloads: true,
  });
  await visitor.page.getByRole('button', { name: 'Refresh' }).waitFor();
  return visitor;
}

it('goes into folders and searches without the address bar, and no higher than its own folder', async () => {
  const visitor = await within('case/42', ['letter.txt', 'photos/one.txt', 'photos/deep/two.txt']);
  const { page } = visitor;
  const address = page.url();
  await shown(page, ['photos', 'letter.txt']);
  expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('42');
  const went = page.evaluate(
    () =>
      new Promise((tell) => document.addEventListener('signet-folder', (event) => tell((event as CustomEvent).detail))),
  );
  await page.getByRole('button', { name: 'photos', exact: true }).click();
  expect(await went).toEqual({ folder: 'case/42/photos' });
  await shown(page, ['deep', 'one.txt']);
  await page.getByRole('button', { name: 'deep', exact: true }).press('Enter');
  await shown(page, ['two.txt']);
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('signet-files');
  const trail = page.getByRole('navigation', { name: 'Where this folder is' });
  expect(await trail.getByRole('listitem').allTextContents()).toEqual(['42', 'photos', 'deep']);
  await trail.getByRole('button', { name: '42' }).click();
  await shown(page, ['photos', 'letter.txt']);
  const search = page.getByRole('searchbox');
  await search.fill('wo.t');
  await search.press('Enter');
  await shown(page, ['two.txt']);
  expect(page.url()).toBe(address);
  await visitor.leave();
});

it('downloads, renames, moves, deletes and restores, and tells the page', async () => {
  const visitor = await within('deeds', ['a.txt', 'b.txt', 'c.txt', 'into/d.txt']);
  const { page } = visitor;
  await page.getByRole('button', { name: 'By name' }).click();
  await shown(page, ['into', 'a.txt', 'b.txt', 'c.txt']);
  const gone = page.evaluate(
    () =>
      new Promise((tell) => document.addEventListener('signet-gone', (event) => tell((event as CustomEvent).detail))),
  );
  const saved = page.waitForEvent('download');
  await row(page, 'a.txt').getByRole('button', { name: 'Download a.txt' }).click();
  expect(await readFile(await (await saved).path(), 'utf8')).toBe('deeds a.txt');

  await row(page, 'a.txt').getByRole('button', { name: 'Rename a.txt' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('first.txt');
  await clean(page);
  await answer(page, 'Rename').click();
  await shown(page, ['into', 'b.txt', 'c.txt', 'first.txt']);
  expect((await gone) as object).toMatchObject({ keys: [expect.stringContaining('deeds/a')] });

  await tick(page, 'b.txt');
  await action(page, 'Move…').click();
  await page.getByRole('dialog').getByRole('button', { name: 'into' }).click();
  await page.getByText('No folders in here').waitFor();
  await clean(page);
  await answer(page, 'Move to into').click();
  await shown(page, ['into', 'c.txt', 'first.txt']);

  await row(page, 'c.txt').getByRole('button', { name: 'Delete c.txt' }).click();
  await clean(page);
  await answer(page, 'Delete').click();
  await row(page, 'c.txt').getByRole('button', { name: /^Undo/ }).waitFor();
  await page.getByRole('button', { name: 'Deleted', exact: true }).click();
  // The file that was renamed or moved away left its old name behind.
  await expect.poll(async () => (await names(page)).includes('c.txt')).toBe(true);
  await clean(page);
  await row(page, 'c.txt').getByRole('button', { name: 'Restore c.txt' }).click();
  await page.getByText('c.txt is restored').waitFor();
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  await shown(page, ['into', 'c.txt', 'first.txt']);
  await visitor.leave();
});

it('several files come as one ZIP', async () => {
  const visitor = await within('many', ['a.txt', 'b.txt']);
  const { page } = visitor;
  await tick(page, 'a.txt');
  await tick(page, 'b.txt');
  const saved = page.waitForEvent('download');
  await action(page, 'Download').click();
  const zip = await saved;
  expect(zip.suggestedFilename()).toBe('many.zip');
  const bytes = await readFile(await zip.path());
  for (const name of ['a.txt', 'b.txt']) expect(bytes.includes(`many ${name}`)).toBe(true);
  await visitor.leave();
});

it('what an element for uploads stores appears, and what is chosen is the value of a form', async () => {
  const visitor = await within('together', ['there.txt']);
  const { page } = visitor;
  await shown(page, ['there.txt']);
  const file = join(stage.dir, 'new.txt');
  await writeFile(file, 'new');
  await page.locator('.upload-input-files').setInputFiles(file);
  await shown(page, ['new.txt', 'there.txt']);
  const keys = () =>
    page.locator('form').evaluate((node) => new FormData(node as HTMLFormElement).getAll('keys') as string[]);
  expect(await keys()).toEqual([]);
  await tick(page, 'new.txt');
  await expect.poll(keys).toEqual([expect.stringMatching(/together\/new~.*\.txt$/)]);
  await page.keyboard.press('Escape');
  await expect.poll(keys).toEqual([]);
  // Where nobody is in the list, the page's own keys are the page's.
  await page.locator('h1').click();
  await page.keyboard.press('Control+a');
  expect(await keys()).toEqual([]);
  await visitor.leave();
});

it('opens a file in place, or leaves that to the page', async () => {
  const visitor = await within('open', ['a.txt']);
  const { page } = visitor;
  await page.getByRole('button', { name: 'a.txt', exact: true }).click();
  await page.getByRole('dialog').getByText('open a.txt').waitFor();
  await clean(page);
  await answer(page, 'Close').click();
  await page.getByRole('button', { name: 'Versions of a.txt' }).click();
  await page.getByText('Current').waitFor();
  await clean(page);
  await answer(page, 'Close').click();

  await page.evaluate(() => {
    document.addEventListener('signet-open', (event) => {
      event.preventDefault();
      document.title = (event as CustomEvent).detail.name;
    });
  });
  await page.getByRole('button', { name: 'a.txt', exact: true }).click();
  await expect.poll(() => page.title()).toBe('a.txt');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await visitor.leave();
});

it('is accessible where nothing is, nothing is found, and nothing can be listed, which it gets over', async () => {
  const visitor = await within('states', ['a.txt']);
  const { page } = visitor;
  await shown(page, ['a.txt']);
  await clean(page);
  await tick(page, 'a.txt');
  await clean(page);
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox').fill('nothing');
  await page.getByText('Nothing found for “nothing”').waitFor();
  await clean(page);
  await page.locator('html').evaluate((node) => node.setAttribute('lang', 'ko'));
  await page.getByText('‘nothing’에 맞는').waitFor();
  await clean(page);
  await page.locator('html').evaluate((node) => node.setAttribute('lang', 'en'));

  const files = page.locator('signet-files');
  await files.evaluate((node) => node.setAttribute('folder', 'states/none'));
  await page.getByText('No files yet').waitFor();
  await clean(page);
  await files.evaluate((node) => node.setAttribute('space', 'unknown'));
  await page.getByText('Your files could not be listed').first().waitFor();
  await clean(page);
  await files.evaluate((node) => {
    node.removeAttribute('space');
    node.setAttribute('folder', 'states');
  });
  await shown(page, ['a.txt']);
  expect(await page.getByText('Your files could not be listed').count()).toBe(0);
  await visitor.leave();
});

it('fits into a narrow column, and is there again when it is put back into the page', async () => {
  const visitor = await within('narrow', [`${'a long name '.repeat(12)}.txt`, 'b.txt']);
  const { page } = visitor;
  await page.locator('#column').evaluate((node) => {
    node.style.width = '340px';
  });
  const wide = () =>
    page.locator('signet-files').evaluate((node) => {
      const { right } = node.getBoundingClientRect();
      const all = [...(node.shadowRoot?.querySelectorAll('*') ?? [])];
      const beyond = all.filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > right + 1);
      return beyond.map((one) => `${one.localName}.${one.getAttribute('class')}`);
    });
  await expect.poll(wide).toEqual([]);
  await clean(page);
  await page.locator('signet-files').evaluate((node) => {
    const { parentElement } = node;
    node.remove();
    parentElement?.append(node);
  });
  await expect.poll(async () => (await names(page)).length).toBe(2);
  await visitor.leave();
});
