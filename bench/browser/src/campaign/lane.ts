import type { Browser } from 'playwright-core';
import { launch } from '../rig/browser.ts';
import { Cloud } from '../rig/cloud.ts';
import { temporaryFolder } from '../rig/leave.ts';
import { Between } from '../rig/proxy.ts';
import { Session } from '../rig/tokens.ts';

/** Life of signed URLs. */
const EXPIRES = '10s';
/** Life of tokens: short, so that one can be waited out. */
const TOKEN_LIFE = '6s';
/** Bytes a second of each connection: 200 MiB over six of them take 21 s, so that every upload outlives its URLs twice. */
const BYTES_PER_SECOND = 1_650_000;
/** Milliseconds. */
const ROUND_TRIP = 20;

/** One place where uploads run one after another: a cloud, a proxy and a browser of its own. */
export class Lane {
  private constructor(
    readonly dir: string,
    readonly proxy: Between,
    readonly cloud: Cloud,
    readonly session: Session,
    readonly browser: Browser,
  ) {}

  static async open(): Promise<Lane> {
    const dir = temporaryFolder('signet-campaign-');
    const proxy = await Between.start();
    const flags = ['--expires', EXPIRES, '--token-life', TOKEN_LIFE];
    const cloud = await Cloud.start({ dir, s3Endpoint: proxy.s3, origins: [proxy.app], flags });
    await proxy.lead({ s3: cloud.ready.s3, site: cloud.ready.site });
    return new Lane(dir, proxy, cloud, await Session.signIn(cloud.ready.site, 'alice'), await launch());
  }

  /** Slows the line down, or lifts that. */
  slow(slow: boolean): Promise<void> {
    return this.proxy.shape(
      slow ? { roundTrip: ROUND_TRIP, bytesPerSecond: BYTES_PER_SECOND } : { roundTrip: 0, bytesPerSecond: 0 },
    );
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.cloud.stop();
    await this.proxy.stop();
  }
}
