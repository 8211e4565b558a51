import { createServer } from 'node:net';
import { defineConfig } from '@playwright/test';
import type { Options } from './e2e/fixture';

// Debian's Chromium and a free port for the interface without a server. Walks
// against the whole program start it themselves. Those of `alone` are heard or
// measured: nothing else runs beside them (scripts/test).
process.env.PARLEY_KIT_PORT ??= String(await freePort());
const port = process.env.PARLEY_KIT_PORT;
const ALONE = /\/(call|callfloor|callus|internal|meeting|tonumber|threeways|chats|budget)\.spec\.ts$/;

// One walk of each way of contact is walked on PostgreSQL too: chat, call, mail.
const BOTH = /\[C-1\] \[C-4\] \[C-6\]|\[V-20\/service\]|\[E-6\/pushed\] \[B-7\/shown\]/;

export default defineConfig<Options>({
  testDir: 'e2e',
  workers: 1,
  forbidOnly: true,
  reporter: 'list',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  projects: [
    { name: 'beside', testIgnore: ALONE },
    { name: 'alone', testMatch: ALONE },
    {
      name: 'postgres',
      testMatch: /\/(desk|call|mailwork)\.spec\.ts$/,
      grep: BOTH,
      use: { engine: 'postgres' },
    },
  ],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    locale: 'ru-RU',
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'off',
    launchOptions: {
      executablePath: process.env.PARLEY_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
      ],
    },
  },
  webServer: {
    command: `npx vite preview --host 127.0.0.1 --port ${port} --strictPort --outDir dist/app`,
    url: `http://127.0.0.1:${port}`,
    reuseExistingServer: false,
  },
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
