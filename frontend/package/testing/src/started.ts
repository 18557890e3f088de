import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Cloud } from './cloud.ts';
import { end, type Running, start } from './process.ts';

/** How a cloud was started, so that it can be again. */
export interface Launch {
  binary: string;
  args: string[];
  /** A folder that goes with the cloud; none where the caller gave one. */
  temporary?: string;
}

/** A cloud that was started here, and ends with this process at the latest. */
export class StartedCloud extends Cloud {
  #running: Running;
  readonly #launch: Launch;
  readonly #atExit: () => void;

  private constructor(running: Running, launch: Launch) {
    super(running.ready);
    this.#running = running;
    this.#launch = launch;
    this.#atExit = () => {
      this.#running.child.kill('SIGKILL');
      if (launch.temporary) rmSync(launch.temporary, { recursive: true, force: true, maxRetries: 3 });
    };
    process.once('exit', this.#atExit);
  }

  /** Starts one at a port of the site; 0 is any free one. */
  static async start(launch: Launch, port: number): Promise<StartedCloud> {
    return new StartedCloud(await start(launch.binary, [...launch.args, '--port', String(port)]), launch);
  }

  /** Number of the process. */
  get pid(): number | undefined {
    return this.#running.child.pid;
  }

  /**
   * Ends it, as Ctrl-C does or as a crash, waits for `meanwhile`, and starts it where it was: what was stored is there, tokens
   * are new.
   */
  async restart({ signal = 'SIGINT', meanwhile }: Restart = {}): Promise<void> {
    const { port } = new URL(this.site);
    await end(this.#running, signal);
    await meanwhile?.();
    this.#running = await start(this.#launch.binary, [...this.#launch.args, '--port', port]);
    this.became(this.#running.ready);
  }

  /** Ends it; nothing is left of it but a folder that the caller gave. */
  async stop(): Promise<void> {
    process.off('exit', this.#atExit);
    await end(this.#running, 'SIGINT');
    if (this.#launch.temporary) await rm(this.#launch.temporary, { recursive: true, force: true, maxRetries: 3 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** How a cloud ends and what comes before it starts again. */
export interface Restart {
  signal?: 'SIGINT' | 'SIGKILL';
  meanwhile?: () => Promise<unknown>;
}
