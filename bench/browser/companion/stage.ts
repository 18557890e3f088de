import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launch } from '../src/rig/browser.ts';
import { Cloud } from '../src/rig/cloud.ts';
import { Between } from '../src/rig/proxy.ts';

/** Whether everything is run, with files of full size, or what takes under a minute. */
export const full = process.env.FULL === '1';

/** What the tests of a file share. The page's origin is another than the API's, as with Companion. */
export interface Stage {
  dir: string;
  browser: Browser;
  proxy: Between;
  cloud: Cloud;
}

/** Sets the stage before the tests of the calling file and clears it after them. */
export function setStage(flags: string[] = []): Stage {
  const stage = {} as Stage;
  beforeAll(async () => {
    stage.dir = await mkdtemp(join(tmpdir(), 'signet-companion-'));
    stage.proxy = await Between.start();
    const { s3, app } = stage.proxy;
    stage.cloud = await Cloud.start({ dir: stage.dir, s3Endpoint: s3, origins: [app], flags });
    await stage.proxy.lead({ s3: stage.cloud.ready.s3, site: stage.cloud.ready.site });
    stage.browser = await launch();
  });
  afterEach(async () => {
    await stage.cloud.empty();
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.cloud?.stop();
    await stage.proxy?.stop();
    await rm(stage.dir, { recursive: true, force: true });
  });
  return stage;
}
