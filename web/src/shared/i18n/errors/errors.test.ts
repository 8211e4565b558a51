import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BANNERS, WINDOWS } from '@/shared/api/codes';
import { WEB } from '@/shared/test/sources';
import en from './en';
import ru from './ru';

/** The codes the server can send, as its list has them. */
function serverCodes(): string[] {
  const dir = join(WEB, '../internal/fail');
  const text = readdirSync(dir)
    .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
    .map((name) => readFileSync(join(dir, name), 'utf8'))
    .join('\n');
  return [...new Set([...text.matchAll(/"(PAR-\d{4})"/g)].map((match) => match[1] ?? ''))].sort();
}

describe('errors', () => {
  test('[X-2] every code of the server says what happened, what it means and what to do, in both languages', () => {
    const codes = serverCodes();
    expect(codes.length).toBeGreaterThan(30);
    for (const code of codes) {
      for (const words of [en, ru] as Record<string, { what: string; means: string; todo: string }>[]) {
        const said = words[code];
        expect(said?.what, code).toBeTruthy();
        expect(said?.means, code).toBeTruthy();
        expect(said?.todo, code).toBeTruthy();
      }
    }
  });

  test('[X-2] the placeholders of a code are those the server fills', () => {
    const known = [
      'field',
      'what',
      'max',
      'retryAfterSeconds',
      'number',
      'reason',
      'supervisor',
      'time',
      'type',
      'name',
    ];
    for (const [code, said] of Object.entries(ru)) {
      for (const match of Object.values(said)
        .join(' ')
        .matchAll(/\{\{(\w+)/g))
        expect(known, code).toContain(match[1]);
    }
  });

  test('[X-1] a code is a window or a banner, never both', () => {
    expect(WINDOWS.filter((code) => BANNERS.includes(code))).toEqual([]);
  });
});
