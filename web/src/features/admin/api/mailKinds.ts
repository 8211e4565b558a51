import type { Field, Kind } from './entities';
import { serviceOf } from './fields';

interface Account {
  host?: string;
  auth?: string;
}

/** An account at a mail server: what it asks for depends on how one signs in there. */
function account(side: 'imap' | 'relay'): Field[] {
  const of = (values: Record<string, unknown>) => (values[side] ?? {}) as Account;
  const there = (values: Record<string, unknown>) => Boolean(of(values).host);
  const byToken = (values: Record<string, unknown>) => there(values) && of(values).auth === 'oauth2';
  const kept = `${side}.hasSecret`;
  return [
    { name: `${side}.host`, kind: 'text', half: true },
    { name: `${side}.port`, kind: 'number', min: 0, max: 65535, when: there },
    {
      name: `${side}.tls`,
      kind: 'choice',
      options: ['implicit', 'starttls', 'none'],
      half: true,
      when: there,
    },
    { name: `${side}.auth`, kind: 'choice', options: ['password', 'oauth2'], half: true, when: there },
    { name: `${side}.user`, kind: 'text', half: true, when: there },
    {
      name: `${side}.password`,
      kind: 'password',
      half: true,
      kept,
      when: (values) => there(values) && !byToken(values),
    },
    { name: `${side}.oauth.tokenUrl`, kind: 'text', required: true, when: byToken },
    { name: `${side}.oauth.clientId`, kind: 'text', required: true, half: true, when: byToken },
    { name: `${side}.oauth.clientSecret`, kind: 'password', half: true, kept, when: byToken },
    { name: `${side}.oauth.scope`, kind: 'text', when: byToken },
    { name: `${side}.oauth.refreshToken`, kind: 'password', kept, when: byToken },
  ];
}

const fetched = (values: Record<string, unknown>) => Boolean((values.imap as Account | undefined)?.host);
const forMail = serviceOf('email', 'blended');

/** Addresses customers write to. */
export const MAIL_KINDS: readonly Kind[] = [
  {
    id: 'mailboxes',
    needs: ['system.entries'],
    columns: ['name', 'address', 'serviceId', 'active'],
    fresh: {
      kind: 'mailbox',
      name: '',
      address: '',
      aliases: [],
      serviceId: '',
      rules: [],
      languages: ['ru', 'en'],
      active: true,
    },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'address', kind: 'text', required: true },
          { name: 'aliases', kind: 'words' },
          { name: 'fromName', kind: 'text' },
          { name: 'serviceId', kind: 'one', of: 'services', among: forMail, required: true },
          { name: 'calendarId', kind: 'one', of: 'calendars' },
          { name: 'active', kind: 'switch' },
        ],
      },
      {
        id: 'rules',
        fields: [
          {
            name: 'rules',
            kind: 'rows',
            fresh: { words: [], in: 'both', from: '', to: '', language: '', serviceId: '' },
            fields: [
              { name: 'words', kind: 'phrases' },
              { name: 'in', kind: 'choice', options: ['both', 'subject', 'body'] },
              { name: 'from', kind: 'text' },
              { name: 'to', kind: 'mailAddress' },
              { name: 'language', kind: 'text' },
              { name: 'serviceId', kind: 'one', of: 'services', among: forMail, required: true },
            ],
          },
        ],
      },
      {
        id: 'imap',
        fields: [
          ...account('imap'),
          { name: 'imap.folder', kind: 'text', half: true, when: fetched },
          { name: 'imap.moveTo', kind: 'text', half: true, when: fetched },
          { name: 'imap.sinceDays', kind: 'number', min: 0, max: 3650, half: false, when: fetched },
        ],
      },
      { id: 'relay', fields: account('relay') },
    ],
  },
];

/** How a service's mails are handed out and answered. */
export const emailFields: readonly Field[] = [
  { name: 'email.push', kind: 'switch' },
  { name: 'email.replies', kind: 'choice', options: ['offer', 'personal', 'queue'] },
  { name: 'email.releaseMinutes', kind: 'number', min: 0, max: 43200, half: false },
  { name: 'email.fromName', kind: 'text' },
  { name: 'email.greeting', kind: 'paragraphs' },
  { name: 'email.signature', kind: 'paragraphs' },
  { name: 'email.fileMaxBytes', kind: 'megabytes' },
  { name: 'email.totalMaxBytes', kind: 'megabytes' },
];

/** What a new case is answered with at once. */
export const ackFields: readonly Field[] = [
  { name: 'email.acknowledge', kind: 'switch' },
  { name: 'email.ackPerDay', kind: 'number', min: 1, max: 1000, half: false },
  ...['ru', 'en'].flatMap((language): Field[] => [
    { name: `email.ack.${language}.subject`, kind: 'text' },
    { name: `email.ack.${language}.text`, kind: 'area' },
  ]),
];
