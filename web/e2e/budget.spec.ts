import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

interface Chunk {
  file: string;
  imports?: string[];
}

const app = join(import.meta.dirname, '../dist/app');

/** Gzipped bytes of the scripts that a page needs before it shows: the entry, the page's chunk, one language. */
function weight(wanted: RegExp[]): number {
  const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(app, 'manifest.json'), 'utf8'));
  const files = new Set<string>();
  const take = (key: string) => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const next of chunk.imports ?? []) take(next);
  };
  for (const pattern of wanted) {
    const keys = Object.keys(manifest).filter((key) => pattern.test(key));
    expect(keys.length, String(pattern)).toBeGreaterThan(0);
    for (const key of keys) take(key);
  }
  const scripts = [...files].filter((file) => file.endsWith('.js'));
  return scripts.reduce((sum, file) => sum + gzipSync(readFileSync(join(app, file)), { level: 9 }).length, 0);
}

// The aim is 250 KB; the route stands above it (docs/plan.md) and must not grow further.
test('the desktop’s first route needs at most 270 KB of script', () => {
  const bytes = weight([/^index\.html$/, /pages\/agentdesktop/, /languages\/ru\.ts$/]);
  test.info().annotations.push({ type: 'bytes', description: String(bytes) });
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(270 * 1024);
});
