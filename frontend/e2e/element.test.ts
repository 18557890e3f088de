import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Visitor, violations } from './browser.ts';
import { Consumer } from './consumer.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';
import { storedHash } from './stored.ts';

// Each state is looked through by axe, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000 });
const MiB = 1024 * 1024;
const stage = setStage();
let consumer: Consumer;

/** A page of somebody else with the element in a form. */
const page = (base: string) => `<html lang="en"><head><title>A form</title></head><body><main><h1>A form</h1>
  <form><fieldset><signet-upload base="${base}" name="keys" required></signet-upload></fieldset><button>Send</button></form>
  </main><script type="module" src="/form.ts"></script></body></html>`;

const code = (token: string) => `import '@signet/upload/element';
  const token = async () => '${token}';
  document.querySelector('signet-upload').settings = { token };`;

beforeAll(async () => {
  consumer = await Consumer.make(stage.dir, [], { passes: true, allowedTypes: ['text/*', 'application/*', 'image/*'] });
  const { api, token } = consumer.cloud;
  await consumer.write('form.ts', code(token));
  await consumer.write('form.html', page(api));
  await consumer.write('guest.html', guests(await passFor('upload'), await passFor('read')));
  await consumer.write('guest.ts', "import '@signet/upload/element';\nimport '@signet/upload/files';");
  await consumer.build(['form.html', 'guest.html']);
}, 120_000);

afterAll(() => consumer?.close());

/** The token of a pass for alice's folder. */
async function passFor(right: 'upload' | 'read'): Promise<string> {
  const asked = { do: right, folder: 'party', title: 'The party', expires: '1d' };
  return (await consumer.cloud.call<{ token: string }>('POST', '/passes', asked)).token;
}

/** A page without a line of script of its own. */
const guests = (
  upload: string,
  read: string,
) => `<html lang="en"><head><title>Guests</title></head><body><main><h1>Guests</h1>
  <signet-upload base="${consumer.cloud.api}" pass="${upload}"></signet-upload>
  <signet-files base="${consumer.cloud.api}" pass="${read}"></signet-files>
  </main><script type="module" src="/guest.ts"></script></body></html>`;

const enter = (name: string, options = {}) => Visitor.enter(stage.browser, `${consumer.origin}/${name}.html`, options);
const choose = (page: Page, files: string[]) => page.locator('.upload-input-files').setInputFiles(files);
const state = (page: Page, name: string) => page.locator(`.upload-body[data-state=${name}]`).waitFor();
const valid = (page: Page) => page.locator('form').evaluate((node) => (node as HTMLFormElement).checkValidity());
const sent = (page: Page) =>
  page.locator('form').evaluate((node) => new FormData(node as HTMLFormElement).getAll('keys') as string[]);

/** Writes a small file of the test's own. */
async function small(name: string): Promise<string> {
  const file = join(stage.dir, name);
  await writeFile(file, name);
  return file;
}

it('is light: with the engine at most 45 kB, in one file', async () => {
  for (const name of ['signet-upload.js', 'signet-files.js']) {
    const file = await consumer.read(`dist/${name}`);
    expect(gzipSync(file, { level: 9 }).length).toBeLessThanOrEqual(45_000);
    expect(String(file)).not.toMatch(/\bimport\s*[{("'*]/);
  }
});

it('in a form: accessible in every state, in both languages and by night, and its keys are sent once all is stored', async () => {
  const visitor = await enter('form');
  const { page } = visitor;
  const clean = async () => expect(await violations(page)).toEqual([]);
  await page.locator('.upload-choose').first().waitFor();
  await clean();
  expect(await valid(page)).toBe(false);

  const file = join(stage.dir, 'of a form.bin');
  const sum = await writeBytes(file, 30 * MiB);
  // Held until it has been looked at.
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route(/partNumber=/, async (route) => {
    await held;
    await route.continue();
  });
  await choose(page, [file]);
  await state(page, 'uploading');
  expect(await valid(page)).toBe(false);
  await clean();
  await page.getByRole('button', { name: 'Pause all' }).click();
  await state(page, 'paused');
  await clean();
  await page.locator('html').evaluate((node) => node.setAttribute('lang', 'ko'));
  await page.getByRole('button', { name: '모두 계속' }).waitFor();
  await clean();
  await page.locator('html').evaluate((node) => node.setAttribute('lang', 'en'));
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await page.locator('.upload-body[data-state=empty]').waitFor();
  go();
  await choose(page, [file]);
  await state(page, 'done');
  await clean();
  expect(await valid(page)).toBe(true);
  expect(await sent(page)).toHaveLength(1);
  expect(await storedHash(consumer.cloud, 'of a form.bin')).toBe(sum);

  await choose(page, [await small('page.html'), file, await small('movie.mp4')]);
  await page.getByText('were not uploaded').or(page.getByText('was not uploaded')).first().waitFor();
  await page.getByText('was there already').waitFor();
  await clean();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html').evaluate((node) => node.style.setProperty('color-scheme', 'light dark'));
  await page.locator('body').evaluate((node) => node.style.setProperty('background', '#14171d'));
  await page.locator('h1').evaluate((node) => node.style.setProperty('color', '#fff'));
  await clean();
  await visitor.leave();
});

it('has the colours of the page around it, not of the system where the page has none', async () => {
  const visitor = await enter('form', { colorScheme: 'dark' });
  const { page } = visitor;
  const text = () => page.locator('signet-upload').evaluate((node) => getComputedStyle(node).color);
  await page.locator('.upload-choose').first().waitFor();
  const day = await text();
  await page.locator('html').evaluate((node) => node.style.setProperty('color-scheme', 'light dark'));
  await expect.poll(text).not.toBe(day);
  await page.locator('html').evaluate((node) => node.style.setProperty('color-scheme', 'light'));
  await expect.poll(text).toBe(day);
  await visitor.leave();
});

it('takes what is pasted into it, and nothing while it is disabled', async () => {
  const visitor = await enter('form');
  const { page } = visitor;
  await page.locator('.upload-choose').first().waitFor();
  const paste = (name: string) =>
    page.locator('.element').evaluate((node, name) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([name], name, { type: 'text/plain' }));
      node.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, composed: true }));
    }, name);
  await page.locator('fieldset').evaluate((node) => node.setAttribute('disabled', ''));
  await paste('refused.txt');
  await page.locator('fieldset').evaluate((node) => node.removeAttribute('disabled'));
  // Whoever clicks beside the buttons is in it.
  await page.locator('.drop').click({ position: { x: 5, y: 5 } });
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('signet-upload');
  await paste('pasted.txt');
  await state(page, 'done');
  expect(await page.locator('.upload-name').allTextContents()).toEqual(['pasted.txt']);
  await visitor.leave();
});

it('with receipts: the form has S3’s own word of each file', async () => {
  const visitor = await enter('form');
  const { page } = visitor;
  await page.locator('signet-upload').evaluate((node) => node.setAttribute('receipts', ''));
  await page.locator('.upload-choose').first().waitFor();
  await choose(page, [await small('receipt 1.txt'), await small('receipt 22.txt')]);
  await state(page, 'done');
  await expect.poll(() => valid(page)).toBe(true);
  const receipts = await sent(page);
  const sizes = receipts.map(async (url) => {
    const answer = await fetch(url, { method: 'HEAD', headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    return answer.headers.get('content-length');
  });
  expect((await Promise.all(sizes)).sort()).toEqual(['13', '14']);
  await visitor.leave();
});

it('by a pass: uploads and reads without a line of script, and asks for nothing that guests may not', async () => {
  const visitor = await enter('guest');
  const { page } = visitor;
  const refused: string[] = [];
  page.on('response', (answer) => {
    if (answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()}`);
  });
  await page.getByText('No files yet').waitFor();
  await choose(page, [await small('from a guest.txt')]);
  await state(page, 'done');
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByRole('rowheader', { name: 'from a guest.txt' }).waitFor();
  expect(await page.getByRole('heading', { name: 'The party' }).count()).toBe(1);
  expect(await page.getByRole('button', { name: /^(Delete|Rename|Versions)/ }).count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  expect(refused).toEqual([]);
  await visitor.leave();
});

it('from a script tag: whole by its integrity, and a changed byte is not run', async () => {
  const sums = JSON.parse(String(await consumer.read('dist/integrity.json')));
  const { api, token } = consumer.cloud;
  await mkdir(join(consumer.dir, 'dist/cdn'), { recursive: true });
  for (const name of ['signet-upload', 'signet-files']) {
    const file = String(await consumer.read(`dist/${name}.js`));
    await writeFile(join(consumer.dir, `dist/cdn/${name}.js`), file);
    await writeFile(join(consumer.dir, `dist/cdn/${name}.changed.js`), `${file};`);
    const script = (src: string) =>
      `<script type="module" crossorigin integrity="${sums[`${name}.js`]}" src="/cdn/${src}.js"></script>`;
    for (const src of [name, `${name}.changed`]) {
      const body = `<${name} base="${api}"></${name}>${script(src)}<script type="module" src="/cdn/session.js"></script>`;
      await writeFile(
        join(consumer.dir, `dist/${src}.html`),
        `<html lang="en"><title>Tag</title><body>${body}</body></html>`,
      );
    }
  }
  const settings = `{ token: async () => '${token}' }`;
  await writeFile(
    join(consumer.dir, 'dist/cdn/session.js'),
    `document.querySelector('signet-upload, signet-files').settings = ${settings};`,
  );
  for (const name of ['signet-upload', 'signet-files']) {
    const whole = await enter(name);
    await whole.page.locator(name).getByRole('button').first().waitFor();
    await whole.leave();
    const changed = await enter(`${name}.changed`);
    await expect.poll(() => changed.complaints.join()).toContain('integrity');
    expect(await changed.page.evaluate((name) => Boolean(customElements.get(name)), name)).toBe(false);
    await changed.context.close();
  }
  // Alone: without its worker beside it, files are read on the page's own thread.
  const visitor = await enter('signet-upload');
  await choose(visitor.page, [await small('alone.txt')]);
  await state(visitor.page, 'done');
  await visitor.leave();
});
