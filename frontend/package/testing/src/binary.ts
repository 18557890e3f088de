import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const exe = process.platform === 'win32' ? '.exe' : '';

/** The program `signet`: what `SIGNET_BIN` names, else that on the PATH, else one that Go builds from the checkout around `cwd`. */
export async function findBinary(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Promise<string> {
  if (env.SIGNET_BIN) {
    const named = resolve(cwd, env.SIGNET_BIN);
    if (await runs(named)) return named;
    throw new Error(`got no program at ${named}, want that of SIGNET_BIN: build it, or leave SIGNET_BIN out`);
  }
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const there = join(folder, `signet${exe}`);
    if (await runs(there)) return there;
  }
  const checkout = await checkoutAround(cwd);
  if (checkout) return build(checkout, env);
  throw new Error(
    'got no signet, want one: set SIGNET_BIN to it, put it on the PATH, or run this in a checkout of Signet',
  );
}

async function runs(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The nearest folder above with the command's source. */
async function checkoutAround(folder: string): Promise<string | undefined> {
  const main = await readFile(join(folder, 'cmd/signet/dev.go'), 'utf8').catch(() => '');
  if (main.includes('signet dev')) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : checkoutAround(above);
}

/** Builds the command; tests that begin at once each put a whole file in its place. */
async function build(checkout: string, env: NodeJS.ProcessEnv): Promise<string> {
  const binary = join(checkout, 'bin', `signet-testing${exe}`);
  const made = `${binary}.${process.pid}`;
  await mkdir(dirname(binary), { recursive: true });
  try {
    await promisify(execFile)('go', ['build', '-o', made, './cmd/signet'], { cwd: checkout, env });
  } catch (error) {
    const why = (error as { stderr?: string }).stderr || (error as Error).message;
    throw new Error(`got no signet from go build in ${checkout}: ${why.trim()}`);
  }
  await rename(made, binary);
  return binary;
}
