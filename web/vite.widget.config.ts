import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// The customer's chat: one script without imports that any page can load.
export default defineConfig({
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: { 'preact/jsx-runtime': fileURLToPath(new URL('./widget/src/jsx.ts', import.meta.url)) },
  },
  build: {
    outDir: 'dist/widget',
    emptyOutDir: true,
    // Spring 2023 and later: private members and color-mix without substitutes, which cost 1 KB.
    target: ['chrome111', 'firefox115', 'safari16.4'],
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    lib: {
      entry: 'widget/src/main.tsx',
      formats: ['iife'],
      name: 'ParleyWidget',
      fileName: () => 'widget.js',
    },
  },
});
