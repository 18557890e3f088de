// Starts `signet dev` for the checks that are no tests of Vitest's: Lighthouse and other engines.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const binary = process.env.SIGNET_BIN ?? resolve(dirname(fileURLToPath(import.meta.url)), '../bin/signet');

/** Runs `check` with what `signet dev` says when it is ready and a folder of its own; what it throws is printed and the exit code. */
export async function withDev(name, check) {
  const dir = await mkdtemp(join(tmpdir(), `signet-${name}-`));
  const args = ['dev', '--json', '--port', '0', '--dir', join(dir, 'data')];
  const dev = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => dev.once('exit', done));
  try {
    await check(await ready(dev), dir);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    dev.kill('SIGINT');
    await ended;
    await rm(dir, { recursive: true, force: true });
  }
}

/** The line that `signet dev` prints when it is ready. */
function ready(child) {
  return new Promise((line, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`signet dev ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).once('line', (text) => line(JSON.parse(text)));
  });
}
