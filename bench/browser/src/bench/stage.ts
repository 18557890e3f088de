import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launch } from '../rig/browser.ts';
import { type Child, stop } from '../rig/child.ts';
import { Cloud } from '../rig/cloud.ts';
import { startCompanion } from '../rig/companion.ts';
import { temporaryFolder } from '../rig/leave.ts';
import { Between } from '../rig/proxy.ts';
import { Session } from '../rig/tokens.ts';

/** What the benchmark runs on: one proxy, one cloud, one Companion and one browser for all contestants. */
export class Stage {
  private constructor(
    readonly dir: string,
    readonly proxy: Between,
    readonly cloud: Cloud,
    readonly session: Session,
    readonly browser: Browser,
    private readonly companion: Child<{ url: string }>,
  ) {}

  static async set(): Promise<Stage> {
    const dir = temporaryFolder('signet-bench-');
    const keys = join(dir, 'keys.json');
    const proxy = await Between.start();
    const flags = ['--s3-keys', keys, '--site-endpoint', proxy.secure];
    const settings = { edge: 'all' };
    const cloud = await Cloud.start({ dir, s3Endpoint: proxy.s3, origins: [proxy.app, proxy.secure], settings, flags });
    const companion = await startCompanion(cloud, proxy.s3, keys);
    const { s3, site, bucket } = cloud.ready;
    const behind = `${bucket}.s3.localhost:${new URL(s3).port}`;
    await proxy.lead({ s3, site, companion: companion.ready.url, bucket: behind });
    const session = await Session.signIn(cloud.ready.site, 'alice');
    return new Stage(dir, proxy, cloud, session, await launch(), companion);
  }

  async clear(): Promise<void> {
    await this.browser.close();
    await stop(this.companion.process);
    await this.cloud.stop();
    await this.proxy.stop();
  }
}
