import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Material } from '../src/rig/material.ts';
import { stored } from '../src/rig/objects.ts';
import { type Way, ways } from './guide.ts';
import type { Stage } from './stage.ts';

/** A page with the real Uppy, set up by the guide's code. */
export class Visit {
  #devtools: CDPSession | undefined;

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly stage: Stage,
  ) {}

  /** Opens the page and adds the files, or all of a folder; `plugin` are options of the S3 plugin beside its defaults. */
  static async enter(stage: Stage, way: Way, files: Material[] | string, plugin: object = {}): Promise<Visit> {
    const { api, token } = stage.cloud.ready;
    const context = await stage.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${stage.proxy.app}/uppy/`);
    await page.waitForFunction('globalThis.uppyReady');
    const folder = typeof files === 'string';
    if (folder)
      await page.locator('input').evaluate((input) => Object.assign(input, { webkitdirectory: true }) && undefined);
    await page.locator('input').setInputFiles(folder ? files : files.map(({ path }) => path));
    const task = { version: ways[way].version, code: await ways[way].code(), api, token, plugin };
    await page.evaluate(`(${setUp})(${JSON.stringify(task)})`);
    return new Visit(context, page, stage);
  }

  /** Starts the upload; `finished` waits for its end. */
  async start(): Promise<void> {
    await this.page.evaluate('void (globalThis.run = globalThis.uppy.upload())');
  }

  /** How many files went well, and what was wrong with the others. */
  async finished(): Promise<{ successful: number; failed: string[] }> {
    return this.page.evaluate(`globalThis.run.then(({ successful, failed }) => ({
      successful: successful.length, failed: failed.map(({ error }) => String(error)) }))`);
  }

  /** Bytes that Uppy says are up. */
  progress(): Promise<number> {
    return this.page.evaluate(
      'globalThis.uppy.getFiles().reduce((sum, f) => sum + (f.progress.bytesUploaded || 0), 0)',
    );
  }

  /** Calls a method of Uppy without arguments. */
  async tell(method: 'pauseAll' | 'resumeAll' | 'cancelAll'): Promise<void> {
    await this.page.evaluate(`globalThis.uppy.${method}()`);
  }

  /** Holds the page to so many bytes a second upwards; -1 is no limit. */
  async slow(uploadThroughput: number): Promise<void> {
    this.#devtools ??= await this.context.newCDPSession(this.page);
    await this.#devtools.send('Network.enable');
    const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput };
    await this.#devtools.send('Network.emulateNetworkConditions', conditions);
  }

  async retry(): Promise<void> {
    await this.page.evaluate('void (globalThis.run = globalThis.uppy.retryAll())');
  }

  /** Wants every object to be its file, byte for byte, and no other object. */
  async same(files: Material[]): Promise<void> {
    const { cloud } = this.stage;
    const digests = [...(await stored(cloud, cloud.ready.token)).values()];
    const got = digests.map(({ name, sha256 }) => `${plain(name)} ${sha256}`).sort();
    const want = files.map(({ path, sha256 }) => `${path.slice(path.lastIndexOf('/') + 1)} ${sha256}`).sort();
    expect(got).toEqual(want);
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}

/** A name without the random id that Uppy 6 puts before it where it signs. */
function plain(name: string): string {
  return name.replace(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-/, '');
}

/** What is run in the page. */
const setUp = `async ({ version, code, api, token, plugin }) => {
  const { Uppy, AwsS3 } = await globalThis.uppyParts(version);
  const uppy = new Uppy({ autoProceed: false });
  const AsyncFunction = (async () => {}).constructor;
  await new AsyncFunction('uppy', 'AwsS3', 'api', 'token', code)(uppy, AwsS3, api, token);
  uppy.iteratePlugins((p) => p.setOptions(plugin));
  for (const data of document.querySelector('input').files) {
    const meta = { relativePath: data.webkitRelativePath || null, album: '여름' };
    uppy.addFile({ name: data.name, type: data.type, data, source: 'page', meta });
  }
  globalThis.uppy = uppy;
}`;

/** Unfinished uploads of the caller's. */
export async function unfinished({ cloud }: Stage): Promise<{ key: string; uploadId: string }[]> {
  const { api, token } = cloud.ready;
  const answer = await fetch(`${api}/uploads`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { uploads: { key: string; uploadId: string }[] }).uploads;
}
