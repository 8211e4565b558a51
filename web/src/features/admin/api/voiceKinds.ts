import type { Field, Kind } from './entities';
import { serviceOf } from './fields';

const forCalls = serviceOf('voice', 'blended');

/** Ways in by telephone, and what callers hear. */
export const VOICE_KINDS: readonly Kind[] = [
  {
    id: 'numbers',
    needs: ['system.entries'],
    columns: ['name', 'number', 'trunkId', 'serviceId', 'active'],
    fresh: { kind: 'number', name: '', number: '', serviceId: '', trunkId: '', active: true },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'number', kind: 'text', required: true },
          { name: 'trunkId', kind: 'one', of: 'trunks' },
          { name: 'serviceId', kind: 'one', of: 'services', among: forCalls, required: true },
          { name: 'calendarId', kind: 'one', of: 'calendars' },
          { name: 'languages', kind: 'choices', options: ['ru', 'en'] },
          { name: 'active', kind: 'switch' },
        ],
      },
    ],
  },
  {
    id: 'call-buttons',
    needs: ['system.entries'],
    columns: ['name', 'serviceId', 'key', 'active'],
    fresh: {
      kind: 'call',
      name: '',
      serviceId: '',
      allowedOrigins: [],
      languages: ['ru', 'en'],
      active: true,
    },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'serviceId', kind: 'one', of: 'services', among: forCalls, required: true },
          { name: 'calendarId', kind: 'one', of: 'calendars' },
          { name: 'allowedOrigins', kind: 'words' },
          { name: 'languages', kind: 'choices', options: ['ru', 'en'] },
          { name: 'active', kind: 'switch' },
        ],
      },
      {
        id: 'look',
        fields: [
          { name: 'look.color', kind: 'color' },
          { name: 'look.textColor', kind: 'color' },
          { name: 'look.theme', kind: 'choice', options: ['auto', 'light', 'dark'] },
        ],
      },
    ],
  },
  {
    id: 'trunks',
    needs: ['system.entries'],
    columns: ['name', 'addresses', 'host', 'transport', 'active'],
    fresh: {
      name: '',
      addresses: [],
      host: '',
      transport: 'udp',
      codecs: ['G722', 'PCMA', 'PCMU'],
      user: '',
      register: false,
      active: true,
    },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'addresses', kind: 'words' },
          { name: 'host', kind: 'text' },
          { name: 'transport', kind: 'choice', options: ['udp', 'tcp'] },
          { name: 'codecs', kind: 'choices', options: ['G722', 'PCMA', 'PCMU'], required: true },
          { name: 'active', kind: 'switch' },
        ],
      },
      {
        id: 'registration',
        fields: [
          { name: 'user', kind: 'text' },
          { name: 'password', kind: 'password' },
          { name: 'register', kind: 'switch' },
        ],
      },
    ],
  },
  {
    id: 'prompts',
    needs: ['services.manage'],
    columns: ['name', 'millis'],
    fresh: { name: '' },
    sections: [{ id: 'what', fields: [{ name: 'name', kind: 'text', required: true }] }],
  },
];

/** What callers of a service hear. */
export const voiceFields: readonly Field[] = [
  ...['greetingId', 'musicId', 'closedId', 'nobodyId', 'limitId'].map(
    (name): Field => ({ name: `voice.${name}`, kind: 'one', of: 'prompts' }),
  ),
  { name: 'voice.autoAnswer', kind: 'switch' },
];
