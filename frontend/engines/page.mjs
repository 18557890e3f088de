// What every job does with a page of the site, whichever engine shows it.
import { randomFillSync } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Milliseconds that something may take to appear. */
const PATIENCE = 120_000;

/** A page of the site. */
export class Page {
  #marks = 0;

  constructor(browser) {
    this.browser = browser;
  }

  /** Signs in through the provider's own login page. */
  async signIn(site, who) {
    await this.browser.goto(site);
    await this.click('main button');
    await this.click('button', who);
    await this.sees('.upload-body[data-state="empty"]');
    await this.sees('.files-count:not(:empty)');
  }

  /** Waits until `fn`, called in the page, answers something, and answers that. */
  async until(what, fn, ...args) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      // While a page gives way to the next one there is nothing to ask.
      let said = '';
      const found = await this.browser.evaluate(fn, ...args).catch(({ message }) => {
        said = message;
      });
      if (found) return found;
      if (Date.now() > end) {
        const notices = await this.browser.evaluate(told).catch(() => '');
        throw new Error(`got no ${what} within ${PATIENCE / 1000} s (${said || notices})`);
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Waits until something is seen that says `text`. */
  sees(css, text = '') {
    return this.until(`${css} ${text}`, seen, css, text, '');
  }

  /** Clicks something that says `text` once it is there. */
  async click(css, text = '') {
    const mark = `mark-${++this.#marks}`;
    await this.until(`${css} ${text}`, seen, css, text, mark);
    await this.browser.click(`[data-test="${mark}"]`);
  }

  /** Waits until the list shows these files, and where `only` no others. */
  async shows(names, only = false) {
    await this.until(
      `rows of ${names}`,
      (names, only) => {
        const rows = [...document.querySelectorAll('tr.row th')].map(({ title }) => title);
        return names.every((name) => rows.includes(name)) && (!only || rows.length === names.length);
      },
      names,
      only,
    );
  }

  /** Sends files, and waits until they are up. */
  async send(...paths) {
    await this.browser.upload('.upload-input-files', paths);
    await this.sees('.upload-body[data-state="done"]');
  }
}

/** In the page: what the notices say. */
function told() {
  return document.querySelector('.notices')?.textContent ?? '';
}

/** In the page: whether something is seen that says `text`; it is marked, so that it can be clicked. */
function seen(css, text, mark) {
  const found = [...document.querySelectorAll(css)].find(
    (node) => node.textContent.includes(text) && node.getClientRects().length > 0,
  );
  if (found && mark) found.dataset.test = mark;
  return Boolean(found);
}

/** Writes a file that is like no other, of `size` bytes, and answers its path. */
export async function written(dir, name, size) {
  const path = join(dir, 'files', name);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  const some = Buffer.alloc(Math.min(size, 1 << 20));
  for (let left = size; left > 0; left -= some.length) {
    await file.write(randomFillSync(some), 0, Math.min(left, some.length));
  }
  await file.close();
  return path;
}

/** Calls the API as alice. */
export async function call({ api, token }, method, path, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(api + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** What is stored under a name, of alice's files in a folder. */
export async function stored(cloud, name, folder = '') {
  const { files } = await call(cloud, 'GET', `/files?${new URLSearchParams({ folder, limit: '1000' })}`);
  const file = files.find((file) => file.name === name);
  if (!file) throw new Error(`got no ${name} among ${files.map(({ name }) => name)}`);
  const { url } = await call(cloud, 'GET', `/files/url?${new URLSearchParams({ key: file.key })}`);
  return { key: file.key, body: Buffer.from(await (await fetch(url)).arrayBuffer()) };
}
