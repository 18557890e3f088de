import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const src = resolve(dirname(fileURLToPath(import.meta.url)), '../src');
const at = (name: string) => resolve(src, `element/${name}.ts`);

/**
 * Bundles the elements with their styles. For bundlers the engine stays outside, so that a page has it once and its worker is a
 * file of its own, and what is seldom needed comes when it is; `--mode NAME` makes the one file of an element for a script tag,
 * whose worker lies beside it.
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
      entry: mode === 'bundlers' ? { element: at('signet-upload'), 'element-files': at('signet-files') } : at(mode),
      formats: ['es'],
      fileName: (_, name) => `${mode === 'bundlers' ? name : mode}.js`,
    },
    rolldownOptions: {
      external: mode === 'bundlers' ? (id: string) => /\/(engine|uploads)\/index\.ts$/.test(id) : [],
      output: {
        paths: (id: string) => id.replace(/^.*\/src\/(.*)\.ts$/, './$1.js'),
        chunkFileNames: 'element-[name].js',
        ...(mode === 'bundlers' ? {} : { codeSplitting: false, minify: true }),
      },
    },
  },
}));
