// Makes the file of another language, to be translated: npm run language -- de
// Words that are there already stay; new ones come in English.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'vite';

const tag = process.argv[2] ?? '';
if (!/^[a-z]{2,3}$/.test(tag) || ['en', 'ru'].includes(tag)) {
  process.stderr.write('name a language, as: npm run language -- de\n');
  process.exit(1);
}
const server = await createServer({ server: { middlewareMode: true }, appType: 'custom', logLevel: 'error' });
const { default: english } = await server.ssrLoadModule('/src/shared/i18n/english.ts');
await server.close();

const file = new URL(`src/shared/i18n/languages/${tag}.json`, import.meta.url);
const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
const over = (words, own) =>
  typeof words === 'string'
    ? (own ?? words)
    : {
        ...own,
        ...Object.fromEntries(Object.entries(words).map(([key, text]) => [key, over(text, own?.[key])])),
      };
writeFileSync(file, `${JSON.stringify(over(english, known), null, 2)}\n`);
process.stdout.write(`src/shared/i18n/languages/${tag}.json: translate the texts, then npm run build\n`);
