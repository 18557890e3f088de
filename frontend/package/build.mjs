// Writes build/signet-upload-VERSION.tgz: the engine and the plugin, module by module as they stand in src, with their types.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const frontend = resolve(here, '..');
const build = resolve(frontend, '../build');
const out = join(build, 'package');

/** The files for a script tag. */
const alone = ['signet-upload', 'signet-files'];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [from, to] of [
  [join(here, 'package.json'), 'package.json'],
  [join(here, 'README.md'), 'README.md'],
  [resolve(frontend, '../LICENSE'), 'LICENSE'],
]) {
  copyFileSync(from, join(out, to));
}
run(process.execPath, [join(frontend, 'node_modules/typescript-7/bin/tsc'), '-p', here], frontend);
// Types that were made from the API's description; the compiler takes declarations for input only.
copyFileSync(join(frontend, 'src/api.d.ts'), join(out, 'dist/api.d.ts'));
// The elements are bundled with their styles, which the compiler leaves out; of that only the types are taken.
for (const folder of ['view', 'i18n', 'element', 'archive']) {
  for (const name of readdirSync(join(out, 'dist', folder)))
    if (name.endsWith('.js')) rmSync(join(out, 'dist', folder, name));
}
finish(join(out, 'dist'));
for (const mode of ['bundlers', ...alone]) {
  run(
    process.execPath,
    [
      join(frontend, 'node_modules/vite/bin/vite.js'),
      'build',
      '--logLevel',
      'warn',
      '--config',
      join(here, 'element.config.ts'),
      '--mode',
      mode,
    ],
    frontend,
  );
}
writeFileSync(join(out, 'dist/integrity.json'), `${JSON.stringify(integrity(alone), undefined, 2)}\n`);
run('npm', ['pack', '--silent', '--pack-destination', build], out);

/** Names modules as they are called in the package where the compiler leaves them: in declarations, and the worker's in an expression. */
function finish(dist) {
  let workers = 0;
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((name) => join(dist, name))) {
    if (!path.endsWith('.ts') && !path.endsWith('.js')) continue;
    const source = readFileSync(path, 'utf8');
    const done = source
      .replace(/ from (['"])(\.[^'"]+?)(?:\.d)?\.ts\1/g, " from '$2.js'")
      // The elements are bundled, with their styles.
      .replace("import('./element/signet-upload.js')", "import('./element.js')")
      .replace("import('./element/signet-files.js')", "import('./element-files.js')")
      .replace(/new URL\('([^']+)\.ts', import\.meta\.url\)/g, (_, name) => {
        if (!existsSync(join(dirname(path), `${name}.js`))) throw new Error(`${path}: got no ${name}.js beside it`);
        workers++;
        return `new URL('${name}.js', import.meta.url)`;
      });
    if (/['"]\.[^'"]*\.ts['"]/.test(done)) throw new Error(`${path}: got a module named .ts, want .js`);
    if (done !== source) writeFileSync(path, done);
  }
  if (workers === 0) throw new Error(`got no worker in ${dist}, want one: see src/engine/reader.ts`);
}

/** What the attribute `integrity` of a script tag says of each file. */
function integrity(names) {
  const sum = (name) =>
    createHash('sha384')
      .update(readFileSync(join(out, 'dist', name)))
      .digest('base64');
  return Object.fromEntries(names.map((name) => [`${name}.js`, `sha384-${sum(`${name}.js`)}`]));
}

function run(program, args, cwd) {
  execFileSync(program, args, { cwd, stdio: 'inherit' });
}
