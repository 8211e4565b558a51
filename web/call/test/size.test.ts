import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

test('[V-43/size] the call button is one script under 12 KB gzipped, without eval', {
  timeout: 120_000,
}, () => {
  const out = mkdtempSync(join(tmpdir(), 'call-'));
  try {
    const vite = join('node_modules', 'vite', 'bin', 'vite.js');
    execFileSync(process.execPath, [vite, 'build', '-c', 'vite.call.config.ts', '--outDir', out], {
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: 'pipe',
    });
    expect(readdirSync(out)).toEqual(['call.js']);
    const code = readFileSync(join(out, 'call.js'), 'utf8');
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(12_000);
    expect(code).not.toMatch(/\beval\(|new Function|\bimport\(/);
  } finally {
    rmSync(out, { recursive: true });
  }
});
