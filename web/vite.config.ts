import { fileURLToPath } from 'node:url';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The desktop. `npm run dev` expects the server on PARLEY_SERVER (default: the
// address of `make run`) and hands it everything that is not the interface.
const server = process.env.PARLEY_SERVER ?? 'http://localhost:8080';
const proxy = { target: server, changeOrigin: false, ws: true };

export default defineConfig({
  plugins: [tanstackRouter({ autoCodeSplitting: true }), react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { port: 5173, proxy: { '/api': proxy, '/widget': proxy, '/widget.js': proxy } },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: ['chrome107', 'edge107', 'firefox107', 'safari15.4'],
    // The server's content security policy allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    // Only what is seen first names all its files beforehand: such lists are long, and
    // every other part is fetched before somebody needs it.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (file, needed, { hostType }) =>
        hostType === 'html' || /(agentdesktop|login)-/.test(file)
          ? needed
          : needed.filter((one) => one.endsWith('.css')),
    },
    rolldownOptions: {
      output: {
        // What every page needs, in one file rather than in forty; what few need stays with them.
        advancedChunks: {
          groups: [
            {
              name: 'base',
              test: /src\/pages\/[\w$/]+\.tsx$|src\/shared\/(?!(api\/(files|profile)|lib\/(links|matches)|live\/mail)\.)(api|lib|live|ui\/shell|ui\/(Timer|KindIcon|StateIcon|StatePicker|LoadingState|ErrorState|EmptyState|errorWords|failed|Window|Banner|Avatar|later)\.|ui\/actions\/(action|registry|ActionButton)\.)/,
            },
          ],
        },
      },
    },
    // Which file needs which: e2e/budget.spec.ts adds up a page's weight by it.
    manifest: 'manifest.json',
    chunkSizeWarningLimit: 800,
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/shared/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}', '{widget,call}/**/*.test.{ts,tsx}'],
    css: false,
  },
});
