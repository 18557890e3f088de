import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** A POST policy's form. */
export interface Form {
  url: string;
  fields: Record<string, string>;
  /** RFC 3339. */
  expires: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    cloud: Cloud;
    /** Signed when the tests began, for the test that comes after its end. */
    lateForm: Form;
  }
}

/** The binary under test: `SIGNET_BIN`, or what `make build` writes. */
export const binary = resolve(process.env.SIGNET_BIN ?? '../bin/signet');

/** How a local cloud is started. */
export interface Start {
  /** 0: any free one. */
  port?: number;
  /** Settings beside the defaults. */
  settings?: Record<string, unknown>;
  /** Flags of `signet dev` beside those that every test needs. */
  flags?: string[];
}

/** Starts a local cloud that keeps its data in `dir`, and waits for its one line. */
export async function startCloud(
  dir: string,
  { port = 0, settings = {}, flags = [] }: Start = {},
): Promise<{ cloud: Cloud; process: ChildProcess }> {
  const file = join(dir, 'config.json');
  // Signatures live for the shortest time there is, so that tests meet expired ones.
  await writeFile(file, JSON.stringify({ context: { signet: { expires: '1m', ...settings } } }));
  const args = ['dev', '--json', '--port', String(port), '--dir', join(dir, 'data'), '--config', file, ...flags];
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((ready, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`signet dev ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).once('line', ready);
  });
  return { cloud: JSON.parse(line) as Cloud, process: child };
}

/** Ends a local cloud: as Ctrl-C would, or as a crash. */
export async function stopCloud(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

/** Calls the API as alice. */
export async function call<T>({ api, token }: Cloud, method: string, path: string, body?: unknown): Promise<T> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(api + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Vitest's global setup: one local cloud for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'signet-e2e-'));
  const { cloud, process } = await startCloud(dir);
  project.provide('cloud', cloud);
  project.provide(
    'lateForm',
    await call<Form>(cloud, 'POST', '/presign/form', { name: 'late.txt', type: 'text/plain' }),
  );
  return async () => {
    await stopCloud(process);
    await rm(dir, { recursive: true, force: true });
  };
}
