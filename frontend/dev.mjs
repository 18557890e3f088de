// Starts `signet dev` for the checks that are no tests of Vitest's: Lighthouse and other engines.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
// What `make pack` builds: Node 20 reads no TypeScript.
import { signet } from '../build/testing/dist/index.js';

const binary = process.env.SIGNET_BIN ?? fileURLToPath(new URL('../bin/signet', import.meta.url));

/** Runs `check` with a local cloud and a folder of its own; what it throws is printed and the exit code. */
export async function withDev(name, check) {
  const dir = await mkdtemp(join(tmpdir(), `signet-${name}-`));
  let cloud;
  try {
    cloud = await signet({ binary });
    await check(cloud, dir);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await cloud?.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
