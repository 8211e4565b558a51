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

test('[D-13] the desktop’s first route needs at most 250 KB of script', () => {
  // With the two parts that are fetched at once: one is seen before the shift, the other in it.
  const seen = [/figures\/ui\/FiguresBlock/, /state\/ui\/StartShift/];
  const bytes = weight([/^index\.html$/, /pages\/agentdesktop/, /languages\/ru\.ts$/, ...seen]);
  test.info().annotations.push({ type: 'bytes', description: String(bytes) });
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(250_000);
});
