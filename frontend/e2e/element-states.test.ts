import { readFile, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Visitor, violations } from './browser.ts';
import { Consumer } from './consumer.ts';
import { listen } from './listen.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

// Each state is looked through by axe several times, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });
const MiB = 1024 * 1024;
const stage = setStage();
let consumer: Consumer;

/** An element as the address says: its tag, and attributes; `token` and `password` become settings. */
const code = `import '@signet/upload/element';
  import '@signet/upload/files';
  const { tag, token, password, ...attributes } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  document.querySelector('form').append(node);
  if (token) node.settings = { token: async () => token };
  if (password) node.settings = { pass: { token: attributes.pass, password } };`;

beforeAll(async () => {
  const spaces = {
    board: { per: 'all', read: ['everyone'], write: ['group:admins'], delete: ['group:admins'] },
    small: { per: 'caller', quota: { files: 1 } },
  };
  consumer = await Consumer.make(stage.dir, [], { passes: true, spaces });
  await consumer.write('states.ts', code);
  const body = '<main><h1>A form</h1><form></form></main><script type="module" src="/states.ts"></script>';
  await consumer.write('states.html', `<html lang="en"><head><title>States</title></head><body>${body}</body></html>`);
  await consumer.build(['states.html']);
}, 120_000);

afterAll(() => consumer?.close());

/** The page without a policy of its own: services of other addresses may be asked. */
const served: RequestListener = async ({ url = '/' }, answer) => {
  const name = new URL(url, 'http://a').pathname;
  const file = await readFile(join(consumer.dir, 'dist', name)).catch(() => undefined);
  const type = extname(name) === '.js' ? 'text/javascript' : extname(name) === '.html' ? 'text/html' : 'text/plain';
  answer.writeHead(file ? 200 : 404, { 'content-type': type });
  answer.end(file);
};

type Tag = 'signet-upload' | 'signet-files';

async function enter(tag: Tag, given: Record<string, string> = {}): Promise<Page> {
  const { api, token } = consumer.cloud;
  const who: Record<string, string> = given.pass ? {} : { token };
  const said = new URLSearchParams({ tag, base: api, ...who, ...given });
  const visitor = await Visitor.enter(stage.browser, `http://localhost:${await listen(served)}/states.html#${said}`);
  onTestFinished(() => visitor.context.close());
  return visitor.page;
}

/** Nothing that axe finds, by day and by night, in both languages, wide and narrow. */
async function clean(page: Page): Promise<void> {
  for (const [language, scheme, width] of [
    ['en', 'light', 1280],
    ['ko', 'dark', 320],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.locator('html').evaluate(
      (node, [language, scheme]) => {
        node.setAttribute('lang', language);
        node.style.colorScheme = scheme;
        node.style.background = scheme === 'dark' ? '#14171d' : '#fff';
        node.style.color = scheme === 'dark' ? '#fff' : '#000';
      },
      [language, scheme] as const,
    );
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }
}

const button = (page: Page) => page.locator('.upload-choose').first();
const state = (page: Page, name: string) => page.locator(`.upload-body[data-state=${name}]`).waitFor();
const told = (page: Page) => page.locator('.notice-bad').first().waitFor();

async function choose(page: Page, name: string, size = 5): Promise<void> {
  const file = join(stage.dir, name);
  if (size > MiB) await writeBytes(file, size);
  else await writeFile(file, name);
  await page.locator('.upload-input-files').setInputFiles(file);
}

/** Opens what is told of a failure, and closes it again. */
async function why(page: Page): Promise<void> {
  await page
    .locator('.upload-row')
    .getByRole('button', { name: /^(Why|왜)/ })
    .first()
    .click();
  await page.locator('dialog[open]').waitFor();
  await clean(page);
  await page.keyboard.press('Escape');
}

/** The token of a pass. */
async function pass(more: object): Promise<{ id: string; token: string }> {
  const asked = { do: 'upload', folder: 'states', title: 'The party', expires: '1d', ...more };
  return consumer.cloud.call('POST', '/passes', asked);
}

const tags: Tag[] = ['signet-upload', 'signet-files'];
/** What an element shows once it knows where it is. */
const shown = (page: Page, tag: Tag) =>
  (tag === 'signet-upload' ? button(page) : page.getByRole('button', { name: /Refresh|새로/ })).waitFor();

describe.each(tags)('axe finds nothing in a <%s>', (tag) => {
  it.each<[string, RequestListener]>([
    ['does not let the page read its answers', (_, answer) => void answer.writeHead(200).end('{}')],
    ['never answers', () => {}],
  ])('whose service %s', async (_, service) => {
    const page = await enter(tag, { base: `http://127.0.0.1:${await listen(service)}/api` });
    if (tag === 'signet-files') await page.locator('.files-blank').waitFor();
    await clean(page);
    await told(page);
    await clean(page);
  });

  it('that is disabled', async () => {
    const page = await enter(tag, { disabled: '' });
    await shown(page, tag);
    await clean(page);
  });

  it('of a space that is not there, or may not be written to', async () => {
    const page = await enter(tag, { space: 'nowhere' });
    await told(page);
    await clean(page);
    const { bob = '' } = consumer.cloud.tokens;
    const board = await enter(tag, { space: 'board', token: bob });
    if (tag === 'signet-upload') await told(board);
    else await board.getByText('No files yet').waitFor();
    await clean(board);
  });

  it('whose pass is over', async () => {
    const right = tag === 'signet-upload' ? 'upload' : 'read';
    const { id, token } = await pass({ do: right });
    const before = await enter(tag, { pass: token });
    await shown(before, tag);
    await consumer.cloud.call('DELETE', `/passes?id=${id}`);
    const page = await enter(tag, { pass: token });
    await told(page);
    await clean(page);
  });

  it('whose pass has a password: none, a wrong one, and the right one that is given later', async () => {
    const right = tag === 'signet-upload' ? 'upload' : 'read';
    const { token } = await pass({ do: right, password: '비밀번호 하나' });
    const page = await enter(tag, { pass: token });
    await told(page);
    await clean(page);
    const give = (password: string) =>
      page.locator(tag).evaluate(
        (node, pass) => {
          (node as HTMLElement & { settings: object }).settings = { pass };
        },
        { token, password },
      );
    await give('another one');
    await told(page);
    await give('비밀번호 하나');
    await page.locator('.notice-bad').first().waitFor({ state: 'detached' });
    await shown(page, tag);
    await clean(page);
  });
});

describe('axe finds nothing in a <signet-upload>', () => {
  it('that compares, waits for the line, is paused, and whose files failed', async () => {
    const page = await enter('signet-upload', { folder: 'states' });
    await button(page).waitFor();
    await choose(page, 'compared.bin', 40 * MiB);
    await state(page, 'done');
    // Held while it is compared: the answer that says that one is there is late.
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    await page.route(/\/uploads(\/complete)?$/, async (route) => {
      await held;
      await route.continue();
    });
    await choose(page, 'compared.bin', 40 * MiB);
    await state(page, 'uploading');
    await clean(page);
    go();
    await state(page, 'done');
    await page.unrouteAll();

    await page.context().setOffline(true);
    await choose(page, 'waits.bin', 20 * MiB);
    await page
      .getByText(/Waiting for the connection|연결/)
      .first()
      .waitFor();
    await clean(page);
    await page
      .getByRole('button', { name: '모두 일시 정지' })
      .or(page.getByRole('button', { name: 'Pause all' }))
      .click();
    await state(page, 'paused');
    await clean(page);
    await page.context().setOffline(false);
  });

  it('whose quota, or the files of whose pass, are used up', async () => {
    for (const given of [{ space: 'small' }, { pass: (await pass({ files: 1 })).token }]) {
      const page = await enter('signet-upload', given);
      await button(page).waitFor();
      await choose(page, 'one.txt');
      await state(page, 'done');
      await choose(page, 'two.txt');
      await told(page);
      await clean(page);
      await why(page);
    }
  });
});
