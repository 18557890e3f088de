import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { Visitor } from './browser.ts';
import { Consumer } from './consumer.ts';
import { listen } from './listen.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';
import { storedHash } from './stored.ts';

const MiB = 1024 * 1024;
const stage = setStage();
let consumer: Consumer;

// What pages of others do with an element: two on one page, taken away, put back, reset, given to somebody else.
beforeAll(async () => {
  consumer = await Consumer.make(stage.dir, [], { passes: true });
  const { api, token } = consumer.cloud;
  await consumer.write(
    'life.ts',
    `import '@signet/upload/element';
    import { createUploads, Engine } from '@signet/upload';
    const token = async () => '${token}';
    for (const element of document.querySelectorAll('signet-upload')) element.settings = { token };
    const stored = [];
    document.addEventListener('signet-stored', ({ target, detail }) => stored.push([target.id, detail.name]));
    Object.assign(globalThis, { stored, createUploads, engine: new Engine({ base: '${api}', token }) });`,
  );
  const element = (id: string) => `<signet-upload id="${id}" base="${api}" name="${id}" required></signet-upload>`;
  await consumer.write(
    'life.html',
    `<html lang="en"><title>Life</title><body><form>${element('one')}${element('two')}</form><script type="module" src="/life.ts"></script></body></html>`,
  );
  await consumer.build(['life.html']);
}, 120_000);

afterAll(() => consumer?.close());

async function enter(): Promise<Visitor> {
  const visitor = await Visitor.enter(stage.browser, `${consumer.origin}/life.html`);
  onTestFinished(() => visitor.leave());
  for (const id of ['one', 'two']) await visitor.page.locator(`#${id} .upload-choose`).first().waitFor();
  return visitor;
}

/** Gives an element a small file of the test's own. */
async function choose(page: Page, id: string, name: string): Promise<void> {
  const file = join(stage.dir, name);
  await writeFile(file, name);
  await page.locator(`#${id} .upload-input-files`).setInputFiles(file);
}

const done = (page: Page, id: string) => page.locator(`#${id} .upload-body[data-state=done]`).waitFor();
const rows = (page: Page, id: string) => page.locator(`#${id} .upload-name`).allTextContents();
/** They come up to a tenth of a second after the rows do: the form waits meanwhile. */
const keys = (page: Page, id: string) =>
  page.locator('form').evaluate((form, id) => new FormData(form as HTMLFormElement).getAll(id).map(String), id);
const stored = (page: Page) => page.evaluate(() => (globalThis as unknown as { stored: string[][] }).stored);

/** Holds requests of parts until the answer is called. */
async function hold(page: Page): Promise<() => void> {
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route(/partNumber=/, async (route: Route) => {
    await held;
    await route.continue();
  });
  return go;
}

it('two on one page keep their files, forms and drops apart', async () => {
  const { page } = await enter();
  await choose(page, 'one', 'a.txt');
  await choose(page, 'two', 'b.txt');
  await done(page, 'one');
  await done(page, 'two');
  expect([await rows(page, 'one'), await rows(page, 'two')]).toEqual([['a.txt'], ['b.txt']]);
  await expect.poll(async () => [(await keys(page, 'one')).length, (await keys(page, 'two')).length]).toEqual([1, 1]);
  expect((await stored(page)).toSorted()).toEqual([
    ['one', 'a.txt'],
    ['two', 'b.txt'],
  ]);
});

it('one that is taken away while a file is on its way stores it, and shows it when it is put back', async () => {
  const { page } = await enter();
  const file = join(stage.dir, 'taken away.bin');
  const sum = await writeBytes(file, 20 * MiB);
  const go = await hold(page);
  await page.locator('#one .upload-input-files').setInputFiles(file);
  await page.locator('#one .upload-body[data-state=uploading]').waitFor();
  await page.evaluate(() => {
    const one = document.querySelector('#one');
    Object.assign(globalThis, { one });
    one?.remove();
  });
  go();
  await expect.poll(() => storedHash(consumer.cloud, 'taken away.bin').catch(() => '')).toBe(sum);
  await page.evaluate(() => document.querySelector('form')?.append((globalThis as unknown as { one: Element }).one));
  await done(page, 'one');
  expect(await rows(page, 'one')).toEqual(['taken away.bin']);
  await expect.poll(() => keys(page, 'one')).toHaveLength(1);
  await choose(page, 'one', 'after.txt');
  await done(page, 'one');
  await expect.poll(() => keys(page, 'one')).toHaveLength(2);
});

it('in a form that is reset shows and sends nothing more of what had ended; what is on its way comes', async () => {
  const { page } = await enter();
  await choose(page, 'one', 'before.txt');
  await done(page, 'one');
  const file = join(stage.dir, 'on its way.bin');
  await writeBytes(file, 20 * MiB);
  const go = await hold(page);
  await page.locator('#one .upload-input-files').setInputFiles(file);
  await page.locator('#one .upload-body[data-state=uploading]').waitFor();
  await page.locator('form').evaluate((form) => (form as HTMLFormElement).reset());
  await expect.poll(() => rows(page, 'one')).toEqual(['on its way.bin']);
  expect(await keys(page, 'one')).toEqual([]);
  go();
  await done(page, 'one');
  await expect.poll(() => keys(page, 'one')).toEqual([expect.stringContaining('on its way~')]);
});

it('what somebody takes off the list is not sent with the form', async () => {
  const { page } = await enter();
  await choose(page, 'one', 'wrong.txt');
  await choose(page, 'one', 'right.txt');
  await done(page, 'one');
  await expect.poll(() => keys(page, 'one')).toHaveLength(2);
  const row = page.locator('#one .upload-row').filter({ hasText: 'wrong.txt' });
  await row.getByRole('button').last().click();
  await expect.poll(() => rows(page, 'one')).toEqual(['right.txt']);
  await expect.poll(() => keys(page, 'one')).toEqual([expect.stringContaining('right~')]);
  await page.getByRole('button', { name: 'Clear the list' }).first().click();
  expect(await keys(page, 'one')).toEqual([]);
  expect(await page.locator('form').evaluate((form) => (form as HTMLFormElement).checkValidity())).toBe(false);
});

it('with another pass goes elsewhere: at once, or when nothing is on its way any more', async () => {
  const { page } = await enter();
  const pass = async (folder: string) =>
    (await consumer.cloud.call<{ token: string }>('POST', '/passes', { do: 'upload', folder, expires: '1d' })).token;
  const set = (token: string) => page.locator('#one').evaluate((one, token) => one.setAttribute('pass', token), token);
  await set(await pass('first'));
  await page.locator('#one .upload-choose').first().waitFor();
  await choose(page, 'one', 'by the first.txt');
  await done(page, 'one');
  await expect.poll(() => keys(page, 'one')).toEqual([expect.stringContaining('/first/by the first~')]);
  const file = join(stage.dir, 'still the first.bin');
  await writeBytes(file, 20 * MiB);
  const go = await hold(page);
  await page.locator('#one .upload-input-files').setInputFiles(file);
  await page.locator('#one .upload-body[data-state=uploading]').waitFor();
  await set(await pass('second'));
  go();
  await expect.poll(() => storedHash(consumer.cloud, 'still the first.bin', 'first').catch(() => '')).not.toBe('');
  await page.locator('#one .upload-body[data-state=empty] .upload-choose').first().waitFor();
  await choose(page, 'one', 'by the second.txt');
  await done(page, 'one');
  await expect.poll(() => keys(page, 'one')).toEqual([expect.stringContaining('/second/by the second~')]);
});

it('that is disabled takes nothing, nor has its form wait, until it is not', async () => {
  const { page } = await enter();
  const valid = () => page.locator('form').evaluate((form) => (form as HTMLFormElement).checkValidity());
  for (const id of ['one', 'two']) await page.locator(`#${id}`).evaluate((node) => node.setAttribute('disabled', ''));
  expect(await valid()).toBe(true);
  expect(await page.locator('#one .element').evaluate((node) => (node as HTMLElement).inert)).toBe(true);
  for (const id of ['one', 'two']) await page.locator(`#${id}`).evaluate((node) => node.removeAttribute('disabled'));
  expect(await valid()).toBe(false);
  await choose(page, 'one', 'enabled.txt');
  await done(page, 'one');
});

it('is there before it is known what may be uploaded, where that takes long', async () => {
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  const context = await stage.browser.newContext({ locale: 'en-US' });
  await context.route(/\/spaces$/, async (route) => {
    await held;
    await route.continue();
  });
  const visitor = await Visitor.within(context, `${consumer.origin}/life.html`);
  await choose(visitor.page, 'one', 'early.txt');
  await done(visitor.page, 'one');
  go();
  await visitor.leave();
});

it('the list takes a File of another frame, one of no bytes, and a Blob without a name', async () => {
  const { page } = await enter();
  const items = await page.evaluate(async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const Other = (frame.contentWindow as unknown as { File: typeof File }).File;
    const parts = new Uint8Array(17 << 20).fill(7);
    const { createUploads, engine } = globalThis as unknown as typeof import('../src/uploads/index.ts') & {
      engine: import('../src/engine/index.ts').Engine;
    };
    const uploads = createUploads(engine);
    uploads.add([
      new Other(['of a frame'], 'small of a frame.txt', { type: 'text/plain' }),
      new Other([parts], 'parts of a frame.bin'),
      new File([], 'nothing.txt', { type: 'text/plain' }),
      new Blob(['no name'], { type: 'text/plain' }) as File,
      { name: 'told.txt', type: 'text/plain', lastModified: 0, body: new Other(['told'], '') },
    ]);
    const { items } = await uploads.settled();
    return items.map(({ file, state, share, error }) => [file.name, state, share, String(error ?? '')]);
  });
  const names = ['small of a frame.txt', 'parts of a frame.bin', 'nothing.txt', 'file', 'told.txt'];
  expect(items).toEqual(names.map((name) => [name, 'stored', 1, '']));
});

it('a script of another origin works: what reads the files runs in the page', async () => {
  const script = await consumer.read('dist/signet-upload.js');
  const { api, token } = consumer.cloud;
  const elsewhere = await listen((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' }).end(script);
  });
  const tag = `<script type="module" crossorigin src="http://127.0.0.1:${elsewhere}/signet-upload.js"></script>`;
  const settings = `{ token: async () => '${token}' }`;
  const session = `<script type="module">document.querySelector('signet-upload').settings = ${settings};</script>`;
  const port = await listen((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end(`<html lang="en"><title>CDN</title><signet-upload base="${api}"></signet-upload>${tag}${session}`);
  });
  const visitor = await Visitor.enter(stage.browser, `http://localhost:${port}/`);
  await visitor.page.locator('.upload-choose').first().waitFor();
  const file = join(stage.dir, 'by a script from elsewhere.bin');
  const sum = await writeBytes(file, 20 * MiB);
  await visitor.page.locator('.upload-input-files').setInputFiles(file);
  await visitor.page.locator('.upload-body[data-state=done]').waitFor();
  expect(await storedHash(consumer.cloud, 'by a script from elsewhere.bin')).toBe(sum);
  await visitor.leave();
});
