import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Ready, type StartedCloud, signet } from '../package/testing/src/index.ts';

export { connect, type StartedCloud } from '../package/testing/src/index.ts';

/** A POST policy's form. */
export interface Form {
  url: string;
  fields: Record<string, string>;
  /** RFC 3339. */
  expires: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    cloud: Ready;
    /** Signed when the tests began, for the test that comes after its end. */
    lateForm: Form;
  }
}

/** The binary under test: `SIGNET_BIN`, or what `make build` writes. */
export const binary = resolve(process.env.SIGNET_BIN ?? '../bin/signet');

/** How a local cloud is started. */
export interface Start {
  /** Keeps its data; without, they go with it. */
  dir?: string;
  /** Settings beside the defaults. */
  settings?: Record<string, unknown>;
  /** Flags of `signet dev` beside those that every test needs. */
  flags?: string[];
}

/** Starts a local cloud. Signatures live for the shortest time there is, so that tests meet expired ones. */
export function startCloud({ settings, ...rest }: Start = {}): Promise<StartedCloud> {
  return signet({ binary, config: { expires: '1m', ...settings }, ...rest });
}

/** Vitest's global setup: one local cloud for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cloud = await startCloud();
  project.provide('cloud', cloud.ready);
  project.provide(
    'lateForm',
    await cloud.call<Form>('POST', '/presign/form', { name: 'late.txt', type: 'text/plain' }),
  );
  return () => cloud.stop();
}
