import { CASE_KINDS } from './caseKinds';
import type { Field, Kind } from './entities';
import { formFields, levels, rule, serviceOf } from './fields';
import { MAIL_KINDS } from './mailKinds';
import { SERVICE_KINDS } from './serviceKinds';
import { VOICE_KINDS } from './voiceKinds';

const forChats = serviceOf('chat', 'blended');

const REASON_ICONS = [
  '',
  'coffee',
  'utensils',
  'door-open',
  'graduation-cap',
  'users',
  'phone',
  'book',
  'tool',
  'clock',
];

/** The figures Home can show (D-10). */
const HOME_FIGURES = ['handled', 'success', 'handling', 'share', 'rejected', 'missed', 'ready', 'busy'];

/** What people may change about themselves, unless it is locked. */
const PROFILE = [
  'firstName',
  'lastName',
  'nickname',
  'email',
  'phone',
  'position',
  'about',
  'language',
  'timeZone',
  'photoFileId',
  'greeting',
];

export const KINDS: readonly Kind[] = [
  {
    id: 'users',
    needs: ['system.users', 'supervise.own_teams'],
    columns: ['login', 'firstName', 'lastName', 'teamId', 'roleIds', 'locked'],
    fresh: { login: '', firstName: '', lastName: '', roleIds: [], skills: [], password: '' },
    sections: [
      {
        id: 'person',
        fields: [
          { name: 'login', kind: 'text', required: true },
          { name: 'firstName', kind: 'text' },
          { name: 'lastName', kind: 'text' },
          { name: 'nickname', kind: 'text' },
          { name: 'photoFileId', kind: 'photo' },
          { name: 'email', kind: 'text' },
          { name: 'phone', kind: 'text' },
          { name: 'extension', kind: 'text' },
          { name: 'position', kind: 'text' },
          { name: 'about', kind: 'area' },
          { name: 'language', kind: 'choice', options: ['', 'ru', 'en'] },
          { name: 'timeZone', kind: 'zone' },
          { name: 'lockedFields', kind: 'choices', options: PROFILE },
        ],
      },
      {
        id: 'work',
        fields: [
          { name: 'teamId', kind: 'one', of: 'teams' },
          { name: 'roleIds', kind: 'many', of: 'roles' },
          levels,
          { name: 'rank', kind: 'number', min: 0, max: 10000 },
          { name: 'capacity', kind: 'capacity' },
          { name: 'autoAnswer', kind: 'choice', options: ['', 'always', 'never'] },
          { name: 'greeting', kind: 'area' },
        ],
      },
      {
        id: 'access',
        fields: [
          { name: 'locked', kind: 'switch' },
          { name: 'mustChangePassword', kind: 'switch' },
        ],
      },
    ],
  },
  {
    id: 'roles',
    needs: ['system.users'],
    columns: ['name', 'builtin'],
    fresh: { name: '', privileges: [] },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'privileges', kind: 'privileges' },
        ],
      },
    ],
  },
  {
    id: 'teams',
    needs: ['system.users', 'supervise.own_teams'],
    columns: ['name', 'supervisorIds', 'serviceIds'],
    fresh: { name: '', supervisorIds: [], serviceIds: [] },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'parentId', kind: 'one', of: 'teams' },
          { name: 'supervisorIds', kind: 'many', of: 'users' },
          { name: 'serviceIds', kind: 'many', of: 'services' },
          { name: 'serviceLevels', kind: 'levels' },
          { name: 'capacity', kind: 'capacity' },
        ],
      },
      {
        id: 'states',
        fields: ['afterSignIn', 'afterContact', 'afterWrapup', 'afterReject', 'afterNoAnswer'].flatMap(rule),
      },
      {
        id: 'wrapup',
        fields: [
          { name: 'wrapup.enabled', kind: 'switch' },
          { name: 'wrapup.seconds', kind: 'number', min: 0, max: 7200 },
          { name: 'rampUpSeconds', kind: 'number', min: 0, max: 600 },
          { name: 'breakBudgetMinutes', kind: 'number', min: 0, max: 1440 },
        ],
      },
      {
        id: 'desk',
        fields: [
          { name: 'startPage', kind: 'text' },
          {
            name: 'helpLinks',
            kind: 'rows',
            fresh: { title: {}, url: '' },
            fields: [
              { name: 'title', kind: 'languages', required: true },
              { name: 'url', kind: 'text', required: true },
            ],
          },
          { name: 'homeFigures', kind: 'choices', options: HOME_FIGURES },
          { name: 'sounds.offer', kind: 'switch' },
          { name: 'sounds.message', kind: 'switch' },
          { name: 'sounds.email', kind: 'switch' },
        ],
      },
    ],
  },
  {
    id: 'skills',
    needs: ['system.users', 'services.manage'],
    columns: ['name', 'kind'],
    fresh: { name: '', kind: 'language' },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'kind', kind: 'choice', options: ['language', 'product', 'other', 'service'] },
        ],
      },
    ],
  },
  ...SERVICE_KINDS,
  {
    id: 'reasons',
    needs: ['system.settings'],
    columns: ['name', 'dailyMinutes', 'break', 'system'],
    fresh: { name: {}, icon: '', dailyMinutes: 0, break: false, teamIds: [], order: 100 },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'languages', required: true },
          { name: 'icon', kind: 'choice', options: REASON_ICONS },
          { name: 'dailyMinutes', kind: 'number', min: 0, max: 1440 },
          { name: 'backMinutes', kind: 'number', min: 0, max: 1440 },
          { name: 'break', kind: 'switch' },
          { name: 'teamIds', kind: 'many', of: 'teams' },
          { name: 'order', kind: 'number', min: 0 },
        ],
      },
    ],
  },
  {
    id: 'entries',
    needs: ['system.entries'],
    columns: ['name', 'serviceId', 'key', 'active'],
    fresh: {
      kind: 'chat',
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
          { name: 'serviceId', kind: 'one', of: 'services', among: forChats, required: true },
          { name: 'serviceChoice', kind: 'many', of: 'services', among: forChats },
          { name: 'calendarId', kind: 'one', of: 'calendars' },
          { name: 'allowedOrigins', kind: 'words' },
          { name: 'languages', kind: 'choices', options: ['ru', 'en'] },
          { name: 'active', kind: 'switch' },
        ],
      },
      {
        id: 'look',
        fields: [
          { name: 'look.logoFileId', kind: 'logo' },
          { name: 'look.color', kind: 'color' },
          { name: 'look.textColor', kind: 'color' },
          { name: 'look.position', kind: 'choice', options: ['right', 'left'] },
          { name: 'look.radius', kind: 'number', min: 0, max: 32 },
          { name: 'look.theme', kind: 'choice', options: ['auto', 'light', 'dark'] },
          { name: 'look.sound', kind: 'switch' },
        ],
      },
      {
        id: 'texts',
        fields: ['ru', 'en'].flatMap((language) =>
          ['title', 'greeting', 'consent', 'closed', 'offline'].map(
            (text): Field => ({
              name: `texts.${language}.${text}`,
              kind: text === 'title' ? 'text' : 'area',
            }),
          ),
        ),
      },
      {
        id: 'form',
        fields: [
          formFields('preChat'),
          { name: 'consent', kind: 'switch' },
          { name: 'offline.enabled', kind: 'switch' },
          formFields('offline.fields'),
        ],
      },
    ],
  },
  ...CASE_KINDS,
  ...VOICE_KINDS,
  ...MAIL_KINDS,
  {
    id: 'webhooks',
    needs: ['system.settings'],
    columns: ['name', 'url', 'active'],
    fresh: { name: '', url: '', events: ['*'], active: true },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'url', kind: 'text', required: true },
          { name: 'events', kind: 'events', required: true },
          { name: 'active', kind: 'switch' },
        ],
      },
    ],
  },
  {
    id: 'api-keys',
    needs: ['security.keys'],
    columns: ['name', 'hint', 'ratePerSecond', 'expiresAt', 'lastUsedAt'],
    fresh: { name: '', scopes: [], ratePerSecond: 10, expiresAt: 0 },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'ratePerSecond', kind: 'number', min: 1, max: 1000 },
          { name: 'expiresAt', kind: 'expiry' },
          { name: 'scopes', kind: 'privileges' },
        ],
      },
    ],
  },
  {
    id: 'tenants',
    needs: ['security.tenants'],
    columns: ['name', 'hosts', 'status'],
    fresh: {
      name: '',
      hosts: [],
      language: 'ru',
      limits: { users: 0, openChats: 0, openCalls: 0, fileBytes: 0, requestRate: 0, privateAddresses: false },
      admin: { login: '', password: '', firstName: '', lastName: '', email: '' },
    },
    ownDeletion: true,
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'hosts', kind: 'words', required: true },
          { name: 'language', kind: 'choice', options: ['ru', 'en'], onlyNew: true },
        ],
      },
      {
        id: 'firstAdmin',
        fields: [
          { name: 'admin.login', kind: 'text', required: true, onlyNew: true },
          { name: 'admin.password', kind: 'password', required: true, onlyNew: true },
          { name: 'admin.firstName', kind: 'text', onlyNew: true },
          { name: 'admin.lastName', kind: 'text', onlyNew: true },
          { name: 'admin.email', kind: 'text', onlyNew: true },
        ],
      },
      {
        id: 'limits',
        fields: [
          { name: 'limits.users', kind: 'number', min: 0 },
          { name: 'limits.openChats', kind: 'number', min: 0 },
          { name: 'limits.openCalls', kind: 'number', min: 0 },
          { name: 'limits.fileBytes', kind: 'megabytes' },
          { name: 'limits.requestRate', kind: 'number', min: 0 },
          { name: 'limits.privateAddresses', kind: 'switch' },
        ],
      },
    ],
  },
];

/** The kinds somebody with these privileges may open. */
export function kindsFor(privileges: readonly string[]): Kind[] {
  return KINDS.filter((kind) => kind.needs.some((need) => privileges.includes(need)));
}

/** Pages that are no list of things, with the privileges of which one is enough. */
const PAGES: Record<string, readonly string[]> = {
  settings: ['system.settings'],
  audit: ['security.audit'],
  quarantine: ['system.settings'],
  'mail-trouble': ['system.entries'],
  dkim: ['system.entries'],
};

/** The pages of the administration somebody with these privileges may open. */
export function pagesFor(privileges: readonly string[]): string[] {
  const own = Object.keys(PAGES).filter((page) => PAGES[page]?.some((need) => privileges.includes(need)));
  return [...kindsFor(privileges).map((kind) => kind.id), ...own];
}
