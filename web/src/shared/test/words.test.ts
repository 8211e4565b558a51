import i18next from 'i18next';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import {
  files,
  languages,
  laterFeatures,
  PSEUDO,
  preferredLanguage,
  speak,
  wordsOf,
} from '@/shared/i18n/i18n';
import { sources } from './sources';

type Texts = { [key: string]: string | Texts };

function flat(texts: Texts, prefix = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text === 'string') all.set(prefix + key, text);
    else for (const [inner, value] of flat(text, `${prefix}${key}.`)) all.set(inner, value);
  }
  return all;
}

const stem = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '');
const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1]).sort();
await i18next.init({ lng: 'en', resources: {} });
await speak('ru');
await wordsOf(...laterFeatures);
await speak('en');
const all = (tag: string) => flat(i18next.getDataByLanguage(tag) as Texts);
const words = { en: all('en'), ru: all('ru') };

describe('words', () => {
  test('[A-11] every text is there in both languages and is not empty', () => {
    const keys = (all: Map<string, string>) => [...new Set([...all.keys()].map(stem))].sort();
    expect(keys(words.ru)).toEqual(keys(words.en));
    expect([...words.en, ...words.ru].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('words of every feature are there, those of pages of their own too', () => {
    expect(laterFeatures).toEqual([
      'admin',
      'contact',
      'directory',
      'mail',
      'recent',
      'records',
      'settings',
      'supervise',
    ]);
    for (const feature of [...laterFeatures, 'chat', 'home']) {
      const found = [...words.ru.keys()].filter((key) => key.startsWith(`${feature}.`));
      expect(found.length, feature).toBeGreaterThan(0);
    }
  });

  test('[A-11] Russian has all four plural forms, English two', () => {
    for (const [tag, forms] of [
      ['en', ['one', 'other']],
      ['ru', ['few', 'many', 'one', 'other']],
    ] as const) {
      const counted = [...words[tag].keys()].filter((key) => stem(key) !== key);
      const stems = new Set(counted.map(stem));
      expect(stems.size).toBeGreaterThan(0);
      for (const one of stems) {
        const there = counted.filter((key) => stem(key) === one).map((key) => key.slice(one.length + 1));
        expect(there.sort(), `${tag} ${one}`).toEqual([...forms].sort());
      }
    }
  });

  test('[A-11] a translation keeps the values of the text', () => {
    for (const [key, text] of words.ru) {
      const original = words.en.get(key) ?? words.en.get(`${stem(key)}_other`) ?? '';
      expect(placeholders(text), key).toEqual(placeholders(original));
    }
  });

  test('[A-11] the browser’s first language we speak is taken, else English', () => {
    expect(languages).toEqual(['en', 'ru']);
    expect(preferredLanguage(['de-AT', 'ru-RU', 'en'])).toBe('ru');
    expect(preferredLanguage(['fr'])).toBe('en');
  });

  test('[A-11] a third language is one file with words of every part; what it leaves out is said in English', async () => {
    files['./languages/de.json'] = async () => ({
      common: { action: { close: 'Schließen' } },
      errors: { 'PAR-1001': { what: 'Falsches Passwort' } },
      mail: { act: { take: 'Übernehmen' } },
    });
    await speak('de');
    await wordsOf(...laterFeatures);
    expect(i18next.t('action.close', { ns: 'common' })).toBe('Schließen');
    expect(i18next.t('PAR-1001.what', { ns: 'errors' })).toBe('Falsches Passwort');
    expect(i18next.t('act.take', { ns: 'mail' })).toBe('Übernehmen');
    const said = all('de');
    expect([...said.keys()].sort()).toEqual([...words.en.keys()].sort());
    expect(said.get('mail.act.open')).toBe(words.en.get('mail.act.open'));
    delete files['./languages/de.json'];
    await speak('en');
  });

  test('[A-11] a made-up language brackets every text, and keeps its values', async () => {
    await speak(PSEUDO);
    expect(
      i18next.t('offer.arrived', {
        kind: 'K',
        name: 'N',
        service: 'S',
        ways: 'w',
        ns: 'common',
      }),
    ).toMatch(/^⟦K: N\. S\. .*⟧$/);
    for (const [key, text] of flat(i18next.getDataByLanguage(PSEUDO) as Texts))
      expect(text, key).toMatch(/^⟦.+⟧$/);
  });

  test('[A-11] no text stands in the code', () => {
    const spoken = new Set([
      'title',
      'label',
      'placeholder',
      'alt',
      'aria-label',
      'description',
      'text',
      'error',
    ]);
    const stray: string[] = [];
    for (const { path, text } of sources('src', /\.tsx$/)) {
      if (path.includes('pages/dev/') || path.includes('.test.')) continue;
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
      const visit = (node: ts.Node) => {
        const found =
          ts.isJsxText(node) && /\p{L}/u.test(node.text)
            ? node.text
            : ts.isJsxAttribute(node) &&
                spoken.has(node.name.getText()) &&
                node.initializer &&
                ts.isStringLiteral(node.initializer) &&
                /\p{L}/u.test(node.initializer.text)
              ? node.initializer.text
              : undefined;
        if (found) stray.push(`${path}: ${found.trim()}`);
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
    expect(stray).toEqual([]);
  }, 30_000); // every page is parsed: seconds on a busy machine
});
