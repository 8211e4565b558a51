import { defineConfig } from 'vite';

// The customer's chat: one script without imports that any page can load.
export default defineConfig({
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist/widget',
    emptyOutDir: true,
    target: ['chrome90', 'firefox90', 'safari14'],
    lib: {
      entry: 'widget/src/main.tsx',
      formats: ['iife'],
      name: 'ParleyWidget',
      fileName: () => 'widget.js',
    },
  },
});
