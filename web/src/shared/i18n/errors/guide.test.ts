import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sources, WEB } from '@/shared/test/sources';
import en from './en';
import ru from './ru';

type Said = Record<string, { what: string; means: string; todo: string }>;

/** Codes that nothing sends yet: telephones of agents, favourites, the knowledge base. */
const UNUSED = ['PAR-3003', 'PAR-3004', 'PAR-3005', 'PAR-3006', 'PAR-3007', 'PAR-4001', 'PAR-4002'];

const frame = {
  en: {
    title: 'Messages',
    about:
      'Each message says what happened, what it means for the work and what to do, and carries a code that stays the same in every language. Give it to whoever helps you. “…” stands for the name, number or time of that moment.',
    made: 'Written by `make messages` from the texts of the interface; not changed by hand.',
    head: ['Code', 'What you see', 'What it means', 'What to do'],
    groups: {
      'PAR-0': 'General',
      'PAR-1': 'Sign-in, rights, connection',
      'PAR-2': 'States and finishing a contact',
      'PAR-3': 'Calls and sound',
      'PAR-4': 'Favourites and knowledge base',
      'PAR-5': 'Chats and files',
      'PAR-6': 'Mails and cases',
    },
    unused: 'Not met yet',
    unusedAbout:
      'These belong to telephones of agents, favourites and the knowledge base, which are not there yet.',
  },
  ru: {
    title: 'Сообщения',
    about:
      'Каждое сообщение говорит, что случилось, что это значит для работы и что делать, и несёт код, одинаковый на всех языках. Назовите его тому, кто вам помогает. «…» стоит на месте имени, числа или времени.',
    made: 'Пишется командой `make messages` из текстов интерфейса; вручную не правится.',
    head: ['Код', 'Что вы видите', 'Что это значит', 'Что делать'],
    groups: {
      'PAR-0': 'Общее',
      'PAR-1': 'Вход, права, соединение',
      'PAR-2': 'Состояния и завершение обращения',
      'PAR-3': 'Звонки и звук',
      'PAR-4': 'Избранное и база знаний',
      'PAR-5': 'Чаты и файлы',
      'PAR-6': 'Письма и запросы',
    },
    unused: 'Пока не встречаются',
    unusedAbout: 'Относятся к телефонам операторов, избранному и базе знаний, которых пока нет.',
  },
};

function page(words: typeof frame.en, said: Said): string {
  const table = (codes: string[]) => [
    `| ${words.head.join(' | ')} |`,
    '|---|---|---|---|',
    ...codes.map((code) => {
      const one = said[code];
      const cells = [code, one?.what, one?.means, one?.todo];
      return `| ${cells.join(' | ').replace(/\{\{\w+\}\}\.?/g, '…')} |`;
    }),
    '',
  ];
  const codes = Object.keys(said).sort();
  const lines = [`# ${words.title}`, '', words.about, '', words.made, ''];
  for (const [prefix, name] of Object.entries(words.groups)) {
    const own = codes.filter((code) => code.startsWith(prefix) && !UNUSED.includes(code));
    if (own.length > 0) lines.push(`## ${name}`, '', ...table(own));
  }
  lines.push(`## ${words.unused}`, '', words.unusedAbout, '', ...table(UNUSED));
  return lines.join('\n');
}

describe('the guide’s page of messages', () => {
  test.each([
    ['en', frame.en, en],
    ['ru', frame.ru, ru],
  ] as [string, typeof frame.en, Said][])(
    '[X-2] has every code with its words: %s',
    async (language, words, said) => {
      const text = page(words, said);
      for (const code of Object.keys(said)) expect(text.split(`| ${code} |`), code).toHaveLength(2);
      await expect(text).toMatchFileSnapshot(join(WEB, `../docs/guide/${language}/messages.md`));
    },
  );

  test('a code that is listed as not met is sent by nothing', () => {
    const lists = /i18n\/errors\/|shared\/api\/codes\.ts|internal\/fail\/|\.test\.tsx?$|_test\.go$/;
    const product = [...sources(), ...sources('../internal', /\.go$/)].filter(
      (file) => !lists.test(file.path),
    );
    for (const code of UNUSED)
      expect(
        product.filter((file) => file.text.includes(code)).map((file) => file.path),
        code,
      ).toEqual([]);
  });
});
