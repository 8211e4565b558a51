import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sources, WEB } from './sources';

const files = sources();
const imports = (text: string) =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');

/** Where an import leads, from src/: `features/calls/…`, or nothing for a package. */
function target(from: string, name: string): string {
  if (name.startsWith('@/')) return name.slice(2);
  if (!name.startsWith('.')) return '';
  return join(from.replace(/^src\//, ''), '..', name);
}

const room = (path: string) => path.split('/')[0] ?? '';
const feature = (path: string) => path.split('/')[1] ?? '';

describe('structure', () => {
  test('imports go pages → features → shared, and features know nothing of each other', () => {
    const wrong: string[] = [];
    for (const { path, text } of files) {
      const own = path.replace(/^src\//, '');
      for (const name of imports(text)) {
        const to = target(path, name);
        const up = { features: ['pages'], shared: ['pages', 'features'] }[room(own)] ?? [];
        const sideways = room(own) === 'features' && room(to) === 'features' && feature(own) !== feature(to);
        if (up.includes(room(to)) || sideways) wrong.push(`${path} imports ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('a feature has the folders ui, api, i18n and live only', () => {
    const wrong = files
      .map((file) => file.path.match(/^src\/features\/[^/]+\/([^/]+)/)?.[1])
      .filter((part) => part !== undefined && !['ui', 'api', 'i18n', 'live'].includes(part));
    expect(wrong).toEqual([]);
  });

  test('a file with components stays below 200 lines, any other below 400', () => {
    const long = files
      .filter(({ path }) => !path.includes('/i18n/') && !path.includes('/test/') && !path.includes('.test.'))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length }))
      .filter(({ path, lines }) => lines > (path.endsWith('.tsx') ? 200 : 400));
    expect(long).toEqual([]);
  });

  test('every Mantine component in use comes with its styles', () => {
    const list = files.find((file) => file.path.endsWith('theme/mantine.ts'))?.text ?? '';
    const missing = new Set<string>();
    for (const { text } of files) {
      for (const [, names] of text.matchAll(/import \{([^}]+)\} from '@mantine\/core'/g)) {
        for (const name of (names ?? '').split(',').map((one) => one.trim().split(' ')[0] ?? '')) {
          const sheet = `@mantine/core/styles/${name}.layer.css`;
          if (existsSync(join(WEB, 'node_modules', sheet)) && !list.includes(`'${sheet}'`))
            missing.add(sheet);
        }
      }
    }
    expect([...missing]).toEqual([]);
  });
});
