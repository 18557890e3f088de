import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type CDPSession,
  chromium,
  type Page,
} from 'playwright-core';
import { expect } from 'vitest';
import args from './chromium.json' with { type: 'json' };

/** Debian's Chromium, kept from calling home. */
function settings() {
  return {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args,
  };
}

/** Starts the browser. `undone` are flags of Playwright's own that it goes without; `proxy` is where it asks. */
export function launch(undone: string[] = [], proxy?: string): Promise<Browser> {
  return chromium.launch({ ...settings(), ignoreDefaultArgs: undone, ...(proxy ? { proxy: { server: proxy } } : {}) });
}

/** Starts it with a profile on the disk, as people have one: what a page keeps is then not kept in memory. */
export function launchProfile(dir: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(dir, { ...settings(), locale: 'en-US', acceptDownloads: true });
}

/** A visitor: a context of its own, and every complaint of the page, which must stay empty. */
export class Visitor {
  readonly complaints: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async enter(browser: Browser, site: string, options: BrowserContextOptions = {}): Promise<Visitor> {
    return Visitor.within(await browser.newContext({ locale: 'en-US', ...options }), site);
  }

  /** The same in a context that is there already. */
  static async within(context: BrowserContext, site: string): Promise<Visitor> {
    const page = await context.newPage();
    const visitor = new Visitor(context, page);
    page.on('pageerror', (error) => visitor.complaints.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      // The browser reports every 4xx answer as an error; tests that provoke one say so themselves.
      const text = message.text();
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) visitor.complaints.push(text);
    });
    await page.goto(site);
    return visitor;
  }

  /** Signs in through the provider's own login page. */
  async signIn(name: string): Promise<void> {
    await this.page.getByRole('main').getByRole('button').click();
    await this.page.getByRole('button', { name, exact: false }).click();
    await this.page.locator('.upload-body').waitFor();
    await this.page.locator('.files-count:not(:empty)').waitFor();
  }

  /** Gives files to the hidden input, as the file dialog would. */
  async choose(files: string[]): Promise<void> {
    await this.page.locator('.upload-input-files').setInputFiles(files);
  }

  /** The same for a folder. */
  async chooseFolder(folder: string): Promise<void> {
    await this.page.locator('.upload-input-folder').setInputFiles(folder);
  }

  /** The row of a file in the upload list. */
  sending(name: string) {
    return this.page.locator('.upload-row').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** The row of a file in "my files". */
  row(name: string) {
    return this.page.locator('tr.row').filter({ has: this.page.getByRole('rowheader', { name, exact: true }) });
  }

  /** Deletes a file by its row, and says yes to the question. */
  async delete(name: string): Promise<void> {
    await this.row(name)
      .getByRole('button', { name: /^Delete/ })
      .click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await this.row(name).getByRole('button', { name: /^Undo/ }).waitFor();
  }

  /** Drops files and folders of the disk onto the page, as a hand would. */
  async drop(paths: string[]): Promise<void> {
    const devtools = await this.context.newCDPSession(this.page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
    }
    await devtools.detach();
  }

  /** Calls the API as whoever is signed in. */
  call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.page.evaluate(
      async ([method, path, body]) => {
        const stored = Object.entries(sessionStorage).find(([name]) => name.startsWith('oidc.user:'))?.[1] ?? '{}';
        const headers = { authorization: `Bearer ${JSON.parse(stored).access_token}` };
        const response = await fetch(`/api${path}`, { method, headers, ...(body ? { body } : {}) });
        return response.json();
      },
      [method, path, body && JSON.stringify(body)] as [string, string, string | undefined],
    );
  }

  /** Paths of all files of whoever is signed in below a folder, in order. */
  async paths(folder: string): Promise<string[]> {
    const query = new URLSearchParams({ folder, recursive: 'true', limit: '1000' });
    const { files } = await this.call<{ files: { folder: string; name: string }[] }>('GET', `/files?${query}`);
    return files.map((file) => `${file.folder}/${file.name}`).sort();
  }

  /** Shows the deleted files. */
  async showDeleted(): Promise<void> {
    await this.page.locator('a.view[href="#deleted"]').click();
    await this.page.locator('.files-count:not(:empty)').waitFor();
  }

  /** Clicks the download of a file and hashes what the browser saves. */
  async download(name: string): Promise<{ sha256: string; suggested: string }> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.row(name)
        .getByRole('button', { name: /^Download/ })
        .click(),
    ]);
    const path = await download.path();
    return { sha256: await sha256(path), suggested: download.suggestedFilename() };
  }

  /** Waits until all files of the upload list are up. */
  async uploaded(): Promise<void> {
    await this.page.locator('.upload-body[data-state="done"]').waitFor({ timeout: 60_000 });
  }

  /** Waits for the page's good news to be `text`. */
  async hears(text: string): Promise<void> {
    await expect.poll(() => this.page.locator('.notices-status').textContent()).toBe(text);
  }

  /** Empties the upload list after an upload. */
  async done(): Promise<void> {
    await this.page.locator('.upload-bar button:visible').last().click();
    await this.page.locator('.upload-body[data-state="empty"]').waitFor();
  }

  async leave(): Promise<void> {
    await this.context.close();
    expect(this.complaints).toEqual([]);
  }
}

/** SHA-256 of a file, in hex. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

const throttles = new WeakMap<Page, CDPSession>();

/** Holds a visitor's page to `bytes` a second upwards. */
export async function slow({ context, page }: Visitor, bytes: number): Promise<void> {
  const devtools = await context.newCDPSession(page);
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes };
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', conditions);
  throttles.set(page, devtools);
}

/** Ends `slow`. */
export async function unslow({ page }: Visitor): Promise<void> {
  await throttles.get(page)?.detach();
}

/** What axe finds wrong, a line each. */
export async function violations(page: Page): Promise<string[]> {
  // What is still fading in has no contrast yet.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
