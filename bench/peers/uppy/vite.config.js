import { defineConfig } from 'vite';

// The page with both versions of Uppy, into dist/; relative addresses, so that it can be served under any path.
export default defineConfig({ root: 'page', base: './', build: { outDir: '../dist', emptyOutDir: true } });
