import type { Field, Kind } from './entities';
import { levels, serviceOf } from './fields';
import { ackFields, emailFields } from './mailKinds';
import { voiceFields } from './voiceKinds';

const OUTCOME_ICONS = [
  '',
  'check',
  'x',
  'info',
  'circle-help',
  'forward',
  'phone',
  'mail',
  'calendar',
  'alert',
  'ban',
  'star',
  'heart',
];

/** Services and what belongs to them. */
export const SERVICE_KINDS: readonly Kind[] = [
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
          { name: 'slSeconds', kind: 'duration', half: true },
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
              { ...levels, name: 'addSkills' },
              { name: 'widenTeamIds', kind: 'many', of: 'teams' },
              { name: 'addPriority', kind: 'number', min: 0, max: 1000 },
            ],
          },
        ],
      },
      { id: 'voice', when: serviceOf('voice', 'blended', 'outbound'), fields: voiceFields },
      { id: 'email', when: serviceOf('email', 'blended'), fields: emailFields },
      { id: 'acknowledgement', when: serviceOf('email', 'blended'), fields: ackFields },
      {
        id: 'chat',
        when: serviceOf('chat', 'blended'),
        fields: [
          { name: 'chat.answerWarnSeconds', kind: 'number', min: 0 },
          { name: 'chat.idleQuestionSeconds', kind: 'number', min: 0 },
          { name: 'chat.idleCloseSeconds', kind: 'number', min: 0 },
          { name: 'chat.greeting', kind: 'languages' },
          { name: 'chat.showPhoto', kind: 'switch' },
          { name: 'chat.previewUnsent', kind: 'switch' },
          { name: 'chat.fileMaxBytes', kind: 'megabytes' },
          { name: 'chat.fileTypes', kind: 'words' },
        ],
      },
      {
        id: 'texts',
        when: serviceOf('chat', 'blended'),
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
    columns: ['folder', 'name', 'kind'],
    fresh: { name: '', kind: 'neutral' },
    sections: [
      {
        id: 'what',
        fields: [
          { name: 'name', kind: 'text', required: true },
          { name: 'folder', kind: 'text' },
          { name: 'code', kind: 'text' },
          { name: 'kind', kind: 'choice', options: ['success', 'neutral', 'failure'] },
          { name: 'mandatory', kind: 'switch' },
          { name: 'icon', kind: 'choice', options: OUTCOME_ICONS },
        ],
      },
      {
        id: 'follows',
        fields: [
          { name: 'closesCase', kind: 'switch' },
          { name: 'spam', kind: 'switch' },
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
          { name: 'timeZone', kind: 'zone', required: true },
          {
            name: 'weekly',
            kind: 'rows',
            fresh: { day: 1, from: '09:00', to: '18:00' },
            fields: [
              { name: 'day', kind: 'weekday' },
              { name: 'from', kind: 'time' },
              { name: 'to', kind: 'time' },
            ],
          },
          {
            name: 'exceptions',
            kind: 'rows',
            fresh: { date: '', closed: true, name: '' },
            fields: [
              { name: 'date', kind: 'date' },
              { name: 'name', kind: 'text' },
              { name: 'closed', kind: 'switch' },
              { name: 'from', kind: 'time' },
              { name: 'to', kind: 'time' },
            ],
          },
        ],
      },
    ],
  },
];
