import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launch } from './browser.ts';
import { type Start, type StartedCloud, startCloud } from './cloud.ts';

/** What the tests of one file share. */
export interface Stage {
  browser: Browser;
  /** A folder for their files, empty at first. */
  dir: string;
}

/** Sets the stage before the tests of the calling file and clears it after them. Its fields are there once a test or a hook runs. */
export function setStage(): Stage {
  const stage = {} as Stage;
  beforeAll(async () => {
    stage.dir = await mkdtemp(join(tmpdir(), 'signet-browser-'));
    stage.browser = await launch();
  });
  afterAll(async () => {
    await stage.browser?.close();
    await rm(stage.dir, { recursive: true });
  });
  return stage;
}

/** The same with a local cloud of the file's own. */
export function setCloud(start: Start = {}): Stage & { cloud: StartedCloud } {
  const stage = setStage() as Stage & { cloud: StartedCloud };
  beforeAll(async () => {
    stage.cloud = await startCloud(start);
  });
  afterAll(() => stage.cloud?.stop());
  return stage;
}
