import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// The button that calls: one script without imports beside the chat's, which is
// built before it into the same folder.
export default defineConfig({
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: { 'preact/jsx-runtime': fileURLToPath(new URL('./widget/src/jsx.ts', import.meta.url)) },
  },
  build: {
    outDir: 'dist/widget',
    emptyOutDir: false,
    target: ['chrome116', 'firefox124', 'safari17.4'],
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    lib: {
      entry: 'call/src/main.tsx',
      formats: ['iife'],
      name: 'ParleyCallButton',
      fileName: () => 'call.js',
    },
  },
});
