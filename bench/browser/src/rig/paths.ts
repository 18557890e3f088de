import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../..');

/** Where `make` puts what is run here. */
export const paths = {
  root,
  signet: process.env.SIGNET_BIN ?? resolve(root, 'bin/signet'),
  proxy: resolve(root, 'bin/bench-proxy'),
  report: resolve(root, 'bin/bench-report'),
  companion: resolve(root, 'bench/peers/uppy/companion/main.js'),
  pages: { '/signet/': resolve(root, 'bench/browser/dist'), '/uppy/': resolve(root, 'bench/peers/uppy/dist') },
};
