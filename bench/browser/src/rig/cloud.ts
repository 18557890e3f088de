import { mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, ended, start, stop } from './child.ts';
import { paths } from './paths.ts';

interface Ready {
  site: string;
  api: string;
  s3: string;
  bucket: string;
  token: string;
}

/** How `signet dev` is started. */
export interface CloudOptions {
  /** A folder of its own. */
  dir: string;
  /** Address of S3 for browsers. */
  s3Endpoint: string;
  /** Origins that may talk to it, besides its own. */
  origins: string[];
  /** Settings beside those that every run needs. */
  settings?: Record<string, unknown>;
  /** Further flags. */
  flags?: string[];
}

/** `signet dev`, which can be killed and started again at the same addresses. */
export class Cloud {
  #child: Child<Ready>;

  private constructor(
    child: Child<Ready>,
    private readonly args: string[],
    private readonly dir: string,
  ) {
    this.#child = child;
  }

  static async start({ dir, s3Endpoint, origins, settings = {}, flags = [] }: CloudOptions): Promise<Cloud> {
    const config = join(dir, 'config.json');
    await writeFile(config, JSON.stringify({ context: { signet: { origins, dualStack: true, ...settings } } }));
    const data = join(dir, 'data');
    const args = ['dev', '--json', '--dir', data, '--config', config, '--s3-endpoint', s3Endpoint, ...flags];
    return new Cloud(await start<Ready>(paths.signet, [...args, '--port', '0']), args, data);
  }

  get ready(): Ready {
    return this.#child.ready;
  }

  /** Kills the process that is S3, as `kill -9` does, and waits until dev has noticed and ended. */
  async killGateway(): Promise<void> {
    const pid = this.#child.process.pid;
    const children = await childrenOf(pid);
    if (children.length !== 1) throw new Error(`got ${children.length} processes under signet dev, want the gateway`);
    process.kill(children[0] as number, 'SIGKILL');
    await ended(this.#child.process);
  }

  /** Starts it again where it was. */
  async restart(): Promise<void> {
    const { site, s3 } = this.ready;
    this.#child = await start<Ready>(paths.signet, [...this.args, '--port', new URL(site).port]);
    if (this.ready.s3 !== s3) throw new Error(`S3 was at ${s3} and is at ${this.ready.s3}: its port was taken`);
  }

  /**
   * Moves all that is stored out of the bucket, as files, past S3: a delete would leave versions. They stay as empty files until the
   * end, because ext4 searches past each inode that was deleted within the last minute whenever it makes a new one, and whoever
   * came next would pay for that. Nothing may be under way.
   */
  async empty(): Promise<void> {
    const bucket = join(this.dir, 's3', 'data', this.ready.bucket);
    const aside = await mkdtemp(join(this.dir, 'aside-'));
    await rename(join(bucket, 'uploads'), join(aside, 'uploads')).catch(unlessMissing);
    for (const entry of await readdir(aside, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) await truncate(join(entry.parentPath, entry.name));
    await rm(join(bucket, '.sgwtmp', 'multipart'), { recursive: true, force: true, maxRetries: 3 });
  }

  stop(): Promise<void> {
    return stop(this.#child.process, 'SIGINT');
  }
}

/** Processes that `pid` started, from any of its threads, as Linux tells. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  const found: number[] = [];
  for (const task of await readdir(`/proc/${pid}/task`)) {
    const list = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => ''); // a thread that ended
    found.push(...list.split(' ').filter(Boolean).map(Number));
  }
  return found;
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
