import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

/**
 * Bundles the element with its styles. For bundlers the engine stays outside, so that a page has it once and its worker is a
 * file of its own; `--mode alone` makes the one file for a script tag, whose worker lies beside it.
 */
export default defineConfig(({ mode }) => ({
  configFile: false,
  publicDir: false,
  base: './',
  build: {
    target: 'es2022',
    emptyOutDir: false,
    outDir: resolve(src, '../../build/package/dist'),
    assetsInlineLimit: 0,
    modulePreload: false,
    lib: {
      entry: resolve(src, 'element/signet-upload.ts'),
      formats: ['es'],
      fileName: () => (mode === 'alone' ? 'signet-upload.js' : 'element.js'),
    },
    rolldownOptions: {
      external: mode === 'alone' ? [] : (id: string) => /\/(engine|uploads)\/index\.ts$/.test(id),
      output: { paths: (id: string) => id.replace(/^.*\/src\/(.*)\.ts$/, './$1.js') },
    },
  },
}));
