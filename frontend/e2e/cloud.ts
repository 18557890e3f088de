import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

/** What `signet dev --json` prints when it is ready. */
export interface Cloud {
  site: string;
  api: string;
  s3: string;
  bucket: string;
  /** A token of the ready user, alice. */
  token: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    cloud: Cloud;
  }
}

/** The binary under test: `SIGNET_BIN`, or what `make build` writes. */
export const binary = resolve(process.env.SIGNET_BIN ?? '../bin/signet');

/** Starts a local cloud in `dir` and waits for its one line. */
export async function startCloud(dir: string): Promise<{ cloud: Cloud; process: ChildProcess }> {
  const child = spawn(binary, ['dev', '--json', '--port', '0', '--dir', dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((ready, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`signet dev ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).once('line', ready);
  });
  return { cloud: JSON.parse(line) as Cloud, process: child };
}

/** Ends a local cloud as Ctrl-C would. */
export async function stopCloud(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await ended;
}

/** Vitest's global setup: one local cloud for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'signet-e2e-'));
  const { cloud, process } = await startCloud(dir);
  project.provide('cloud', cloud);
  return async () => {
    await stopCloud(process);
    await rm(dir, { recursive: true, force: true });
  };
}
