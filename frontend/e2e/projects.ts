import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

/** Whether a file of a project is its own, and not what was installed, built or said by `signet dev` there. */
export function ownFile(path: string): boolean {
  const name = basename(path);
  return name === '.npmrc' || !/^(node_modules|build|dist|signet|ready\.json|next-env\.d\.ts|\..*)$/.test(name);
}

/** Lines that somebody has to write: neither blank nor a comment. */
export function ownLines(code: string): number {
  return code.split('\n').filter((line) => line.trim() !== '' && !/^\s*(\/\/|#|\/?\*)/.test(line)).length;
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs a line of the shell to its end; its error has what it said. */
export async function shell(line: string, cwd: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 << 20 };
  await run('bash', ['-euo', 'pipefail', '-c', line], options).catch(({ message, stdout }) => {
    throw new Error(`${message}\n${stdout}`);
  });
}

/** What serves a page, until the test ends. */
export class Served {
  #said = '';
  readonly #child: ChildProcess;

  /** Starts a line of the shell, and with it whatever it starts: all of that ends with the test. */
  constructor(line: string, cwd: string, env: NodeJS.ProcessEnv = {}) {
    const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'];
    const options = { cwd, env: { ...process.env, ...env }, detached: true, stdio };
    const child = spawn('bash', ['-euo', 'pipefail', '-c', line], options);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (this.#said += data));
    this.#child = child;
    onTestFinished(() => this.end());
  }

  /** Waits until it answers at an address. */
  async answers(address: string): Promise<void> {
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`got its end, want an answer at ${address}: ${this.#said}`);
      const answer = await fetch(address).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((go) => setTimeout(go, 100));
    }
  }

  /** Ends the whole group, and waits until none of it has its output open. */
  async end(): Promise<void> {
    const closed = once(this.#child, 'close');
    if (this.#child.pid === undefined || this.#child.stdout?.closed) return;
    try {
      process.kill(-this.#child.pid, 'SIGTERM');
    } catch {
      return; // nobody is left of it
    }
    await closed;
  }
}
