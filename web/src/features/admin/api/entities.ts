/** How a field of a thing of the administration is edited. */
export type FieldKind =
  | 'text'
  | 'area'
  | 'number'
  | 'switch'
  | 'choice' // one of `options`
  | 'choices' // several of `options`
  | 'one' // one thing of another kind
  | 'many' // several things of another kind
  | 'words' // a list of words
  | 'languages' // a text in Russian and English
  | 'color'
  | 'privileges'
  | 'rows'; // a list of small things, each with `fields`

export interface Field {
  /** Where it stands in the thing, as `wrapup.seconds`. */
  name: string;
  kind: FieldKind;
  of?: KindId;
  options?: readonly string[];
  fields?: readonly Field[];
  required?: boolean;
  /** What a new row begins with. */
  fresh?: Record<string, unknown>;
  min?: number;
  max?: number;
}

export interface Section {
  id: string;
  fields: readonly Field[];
}

export type KindId =
  | 'users'
  | 'roles'
  | 'teams'
  | 'skills'
  | 'services'
  | 'dispositions'
  | 'calendars'
  | 'reasons'
  | 'entries'
  | 'webhooks'
  | 'api-keys'
  | 'tenants';

/** One kind of thing: where it lives in the API, who may see it, its columns and its form. */
export interface Kind {
  id: KindId;
  needs: readonly string[];
  columns: readonly string[];
  fresh: Record<string, unknown>;
  sections: readonly Section[];
}

const levels: Field = {
  name: 'skills',
  kind: 'rows',
  fresh: { skillId: '', level: 50 },
  fields: [
    { name: 'skillId', kind: 'one', of: 'skills', required: true },
    { name: 'level', kind: 'number', min: 0, max: 100 },
  ],
};
const rule = (name: string): Field[] => [
  { name: `rules.${name}.state`, kind: 'choice', options: ['ready', 'not_ready'] },
  { name: `rules.${name}.reasonId`, kind: 'one', of: 'reasons' },
];
const formFields = (name: string): Field => ({
  name,
  kind: 'rows',
  fresh: { field: 'name', required: false, label: {} },
  fields: [
    { name: 'field', kind: 'choice', options: ['name', 'email', 'phone', 'text'] },
    { name: 'required', kind: 'switch' },
    { name: 'label', kind: 'languages' },
  ],
});

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
  {
    id: 'services',
    needs: ['services.manage'],
    columns: ['name', 'channel', 'slPercent', 'slSeconds', 'offerSeconds'],
    fresh: { name: '', channel: 'chat' },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'channel', kind: 'choice', options: ['chat', 'voice', 'email', 'blended', 'outbound'] },
          { name: 'calendarId', kind: 'one', of: 'calendars' },
          { name: 'dispositionIds', kind: 'many', of: 'dispositions' },
          { name: 'mandatoryDisposition', kind: 'switch' },
        ],
      },
      {
        id: 'routing',
        fields: [
          { name: 'slPercent', kind: 'number', min: 0, max: 100 },
          { name: 'slSeconds', kind: 'number', min: 0 },
          { name: 'offerSeconds', kind: 'number', min: 3, max: 600 },
          { name: 'priority', kind: 'number', min: 1, max: 1000 },
          { name: 'choice', kind: 'choice', options: ['level_idle', 'occupancy', 'rank'] },
          { name: 'lastAgentSeconds', kind: 'number', min: 0 },
          { name: 'queueLimit.seconds', kind: 'number', min: 0 },
          { name: 'queueLimit.size', kind: 'number', min: 0 },
          { name: 'noAgentsExit', kind: 'choice', options: ['wait', 'close'] },
          { ...levels, name: 'requiredSkills' },
          {
            name: 'steps',
            kind: 'rows',
            fresh: { afterSeconds: 30, addServiceIds: [], addSkills: [], widenTeamIds: [], addPriority: 0 },
            fields: [
              { name: 'afterSeconds', kind: 'number', min: 0 },
              { name: 'lowerLevelTo', kind: 'number', min: 0, max: 100 },
              { name: 'addServiceIds', kind: 'many', of: 'services' },
              { name: 'widenTeamIds', kind: 'many', of: 'teams' },
              { name: 'addPriority', kind: 'number', min: 0, max: 1000 },
            ],
          },
        ],
      },
      {
        id: 'chat',
        fields: [
          { name: 'chat.answerWarnSeconds', kind: 'number', min: 0 },
          { name: 'chat.idleQuestionSeconds', kind: 'number', min: 0 },
          { name: 'chat.idleCloseSeconds', kind: 'number', min: 0 },
          { name: 'chat.greeting', kind: 'languages' },
          { name: 'chat.showPhoto', kind: 'switch' },
          { name: 'chat.previewUnsent', kind: 'switch' },
          { name: 'chat.fileMaxBytes', kind: 'number', min: 0 },
          { name: 'chat.fileTypes', kind: 'words' },
        ],
      },
      {
        id: 'texts',
        fields: ['ru', 'en'].flatMap((language) =>
          ['waiting', 'idleQuestion', 'idleClosed', 'closed', 'noAgents', 'offline'].map(
            (text): Field => ({ name: `chat.texts.${language}.${text}`, kind: 'area' }),
          ),
        ),
      },
    ],
  },
  {
    id: 'dispositions',
    needs: ['services.manage'],
    columns: ['folder', 'name', 'kind', 'final'],
    fresh: { name: '', kind: 'neutral', final: true },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'folder', kind: 'text' },
          { name: 'code', kind: 'text' },
          { name: 'kind', kind: 'choice', options: ['success', 'neutral', 'failure'] },
          { name: 'final', kind: 'switch' },
          { name: 'mandatory', kind: 'switch' },
        ],
      },
    ],
  },
  {
    id: 'calendars',
    needs: ['services.manage', 'system.settings'],
    columns: ['name', 'timeZone'],
    fresh: { name: '', timeZone: 'Europe/Moscow', weekly: [], exceptions: [] },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'timeZone', kind: 'text', required: true },
          {
            name: 'weekly',
            kind: 'rows',
            fresh: { day: 1, from: '09:00', to: '18:00' },
            fields: [
              { name: 'day', kind: 'number', min: 1, max: 7 },
              { name: 'from', kind: 'text' },
              { name: 'to', kind: 'text' },
            ],
          },
          {
            name: 'exceptions',
            kind: 'rows',
            fresh: { date: '', closed: true, name: '' },
            fields: [
              { name: 'date', kind: 'text' },
              { name: 'name', kind: 'text' },
              { name: 'closed', kind: 'switch' },
              { name: 'from', kind: 'text' },
              { name: 'to', kind: 'text' },
            ],
          },
        ],
      },
    ],
  },
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
