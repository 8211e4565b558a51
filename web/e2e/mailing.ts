import { connect } from 'node:net';
import type { Person } from './agent';
import { type Desk, expect } from './fixture';

/** The window a mail is worked on in, and the text of its answer. */
export const work = (desk: Desk) => desk.page.getByRole('region', { name: 'Работа с письмом' });
export const text = (desk: Desk) => work(desk).getByRole('textbox', { name: 'Текст письма' });
/** The words are kept by the server. */
export const saved = (desk: Desk) => expect(work(desk).getByRole('status').last()).toHaveText('Сохранено');

interface Mail {
  from: string;
  subject: string;
  text?: string;
  html?: string;
  /** Further lines of the head. */
  head?: string[];
  /** A text file beside it. */
  file?: TextFile;
  files?: TextFile[];
}

interface TextFile {
  name: string;
  text: string;
}

interface Rules {
  /** Offered to agents, not taken by hand. */
  push?: boolean;
  email?: object;
}

/** Makes a service of mails, with its mailbox, for the demo's team. */
export async function mailService(admin: Person, address: string, rules: Rules = {}): Promise<string> {
  const { push = false, email } = rules;
  const dispositions = (await admin.call('GET', '/api/dispositions')).items as { id: string }[];
  const service = await admin.call('POST', '/api/services', {
    name: 'Почта',
    channel: 'email',
    dispositionIds: dispositions.map((one) => one.id),
  });
  await admin.call('PUT', `/api/services/${service.id}`, {
    ...service,
    email: { ...service.email, push, ...email },
  });
  const team = (await admin.call('GET', '/api/teams')).items[0];
  await admin.call('PUT', `/api/teams/${team.id}`, { ...team, serviceIds: [...team.serviceIds, service.id] });
  await admin.call('POST', '/api/entries', {
    kind: 'mailbox',
    name: 'Ящик',
    address,
    serviceId: service.id,
    active: true,
  });
  return service.id;
}

const base64 = (text: string) =>
  Buffer.from(text)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');

function bodyOf({ text, html, file, files = file ? [file] : [] }: Mail): string[] {
  const words = [
    `Content-Type: text/${html ? 'html' : 'plain'}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    base64(html ?? text ?? ''),
  ];
  if (files.length === 0) return words;
  return [
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    ...words,
    ...files.flatMap(({ name, text: content }) => [
      '--part',
      `Content-Type: text/plain; name="${name}"`,
      `Content-Disposition: attachment; filename="${name}"`,
      'Content-Transfer-Encoding: base64',
      '',
      base64(content),
    ]),
    '--part--',
  ];
}

/** Delivers a mail as another mail server does. */
export function deliver(port: number, to: string, mail: Mail): Promise<void> {
  const address = mail.from.match(/<(.+)>/)?.[1] ?? mail.from;
  const data = [
    `From: ${mail.from}`,
    `To: ${to}`,
    `Subject: =?utf-8?B?${Buffer.from(mail.subject).toString('base64')}?=`,
    `Message-ID: <${Math.random().toString(36).slice(2)}@example.org>`,
    `Date: ${new Date().toUTCString()}`,
    ...(mail.head ?? []),
    'MIME-Version: 1.0',
    ...bodyOf(mail),
    '.',
  ].join('\r\n');
  const steps = ['EHLO example.org', `MAIL FROM:<${address}>`, `RCPT TO:<${to}>`, 'DATA', data, 'QUIT'];
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('error', fail);
    socket.on('data', (bytes) => {
      heard += bytes.toString();
      const answer = heard.match(/^(\d{3}) .*\r\n$/m);
      if (!answer || !heard.endsWith('\r\n')) return;
      heard = '';
      if (Number(answer[1]) >= 400) {
        fail(new Error(answer[0]));
        socket.destroy();
        return;
      }
      const step = steps.shift();
      if (step) socket.write(`${step}\r\n`);
      else {
        socket.end();
        done();
      }
    });
  });
}
