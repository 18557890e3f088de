// Writes build/signet-testing-VERSION.tgz: one module for import, one for require, and their types.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const frontend = resolve(here, '../..');
const build = resolve(frontend, '../build');
const out = join(build, 'testing');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const name of ['package.json', 'README.md']) copyFileSync(join(here, name), join(out, name));
copyFileSync(resolve(frontend, '../LICENSE'), join(out, 'LICENSE'));
run(process.execPath, [join(frontend, 'node_modules/typescript-7/bin/tsc'), '-p', here]);
const vite = join(frontend, 'node_modules/vite/bin/vite.js');
run(process.execPath, [vite, 'build', '--logLevel', 'warn', '--config', join(here, 'vite.config.ts')]);
for (const name of readdirSync(join(out, 'dist')).filter((file) => file.endsWith('.d.ts'))) {
  const path = join(out, 'dist', name);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/ from (['"])(\.[^'"]+?)\.ts\1/g, " from '$2.js'"));
}
execFileSync('npm', ['pack', '--silent', '--pack-destination', build], { cwd: out, stdio: 'inherit' });

function run(program, args) {
  execFileSync(program, args, { cwd: frontend, stdio: 'inherit' });
}
