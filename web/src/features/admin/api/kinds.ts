import type { Kind } from './entities';
import { formFields, levels, rule } from './fields';
import { SERVICE_KINDS } from './serviceKinds';

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
          { name: 'email', kind: 'text' },
          { name: 'phone', kind: 'text' },
          { name: 'extension', kind: 'text' },
          { name: 'position', kind: 'text' },
        ],
      },
      {
        id: 'work',
        fields: [
          { name: 'teamId', kind: 'one', of: 'teams' },
          { name: 'roleIds', kind: 'many', of: 'roles' },
          levels,
          { name: 'greeting', kind: 'area' },
        ],
      },
      { id: 'access', fields: [{ name: 'locked', kind: 'switch' }] },
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
          { name: 'wrapup.seconds', kind: 'number', min: 0, max: 86400 },
          { name: 'rampUpSeconds', kind: 'number', min: 0, max: 600 },
          { name: 'breakBudgetMinutes', kind: 'number', min: 0, max: 1440 },
          { name: 'startPage', kind: 'text' },
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
          { name: 'serviceId', kind: 'one', of: 'services', required: true },
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
          { name: 'look.position', kind: 'choice', options: ['right', 'left'] },
          { name: 'look.radius', kind: 'number', min: 0, max: 32 },
          { name: 'look.theme', kind: 'choice', options: ['auto', 'light', 'dark'] },
          { name: 'look.sound', kind: 'switch' },
          { name: 'texts.ru.title', kind: 'text' },
          { name: 'texts.en.title', kind: 'text' },
        ],
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
          { name: 'events', kind: 'words' },
          { name: 'active', kind: 'switch' },
        ],
      },
    ],
  },
  {
    id: 'api-keys',
    needs: ['security.keys'],
    columns: ['name', 'hint', 'ratePerSecond'],
    fresh: { name: '', scopes: [], ratePerSecond: 10, expiresAt: 0 },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'scopes', kind: 'privileges' },
          { name: 'ratePerSecond', kind: 'number', min: 1 },
        ],
      },
    ],
  },
  {
    id: 'tenants',
    needs: ['security.tenants'],
    columns: ['name', 'hosts', 'status'],
    fresh: { name: '', hosts: [], limits: { users: 0, openChats: 0, fileBytes: 0, requestRate: 0 } },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'hosts', kind: 'words' },
          { name: 'limits.users', kind: 'number', min: 0 },
          { name: 'limits.openChats', kind: 'number', min: 0 },
          { name: 'limits.fileBytes', kind: 'number', min: 0 },
          { name: 'limits.requestRate', kind: 'number', min: 0 },
        ],
      },
    ],
  },
];

/** The kinds somebody with these privileges may open. */
export function kindsFor(privileges: readonly string[]): Kind[] {
  return KINDS.filter((kind) => kind.needs.some((need) => privileges.includes(need)));
}
