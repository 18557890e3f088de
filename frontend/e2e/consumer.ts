import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type StartedCloud, startCloud } from './cloud.ts';

const run = promisify(execFile);
const modules = resolve('node_modules');
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json' };

/**
 * A project of somebody else in a folder of its own: the package from its tarball, pages on an origin of their own under a strict
 * content security policy, and a local cloud that knows it.
 */
export class Consumer {
  readonly #server: Server;
  #cloud: StartedCloud | undefined;

  private constructor(readonly dir: string) {
    this.#server = createServer(async ({ url = '/' }, response) => {
      const name = new URL(url, 'http://a').pathname;
      const body = await readFile(join(dir, 'dist', name)).catch(() => undefined);
      const type = types[extname(name)] ?? 'text/plain';
      response.writeHead(body ? 200 : 404, { 'content-type': type, 'content-security-policy': this.policy });
      response.end(body);
    });
  }

  /** Installs the tarball that `make pack` writes beside `packages` of ours, and starts what it needs with `settings`. */
  static async make(parent: string, packages: readonly string[], settings: object = {}): Promise<Consumer> {
    const consumer = new Consumer(join(parent, 'consumer'));
    await mkdir(consumer.dir);
    await consumer.write('package.json', JSON.stringify({ private: true, type: 'module' }));
    const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
    const of = (name: string) => `${name}@${dependencies[name] ?? devDependencies[name]}`;
    const { version } = JSON.parse(await readFile('package/package.json', 'utf8'));
    const tarball = resolve(`../build/signet-upload-${version}.tgz`);
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', ...quiet, tarball, ...packages.map(of)], { cwd: consumer.dir });
    await new Promise<void>((ready) => consumer.#server.listen(0, '127.0.0.1', ready));
    consumer.#cloud = await startCloud({ settings: { origins: [consumer.origin], ...settings } });
    return consumer;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get cloud(): StartedCloud {
    if (!this.#cloud) throw new Error('got no cloud yet, want one: await make');
    return this.#cloud;
  }

  /** What the package's README says a page has to allow. */
  get policy(): string {
    const { api, s3 } = this.cloud;
    const [service, bucket] = [api, s3].map((address) => new URL(address).origin);
    return [
      "default-src 'none'; script-src 'self'; worker-src 'self'",
      `connect-src 'self' ${service} ${bucket}`,
      `img-src ${bucket} blob:; media-src ${bucket}; frame-src ${bucket}`,
    ].join('; ');
  }

  write(name: string, text: string): Promise<void> {
    return writeFile(join(this.dir, name), text);
  }

  /** Reads a file of the installed package. */
  read(name: string): Promise<Buffer> {
    return readFile(join(this.dir, 'node_modules/@signet/upload', name));
  }

  /** Has Vite build pages. */
  async build(pages: readonly string[]): Promise<void> {
    const options = `build: { rollupOptions: { input: ${JSON.stringify(pages)} } }, oxc: { jsx: { runtime: 'automatic' } }`;
    await this.write('vite.config.js', `export default { ${options}, logLevel: 'warn' };`);
    await run(process.execPath, [join(modules, 'vite/bin/vite.js'), 'build'], { cwd: this.dir });
  }

  async close(): Promise<void> {
    this.#server.close();
    await this.#cloud?.stop();
  }
}
