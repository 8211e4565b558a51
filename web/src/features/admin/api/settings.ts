import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import type { Section } from './entities';

export const settingsQuery = queryOptions({
  queryKey: ['admin', 'settings'],
  queryFn: () => done(api.GET('/api/settings')),
  staleTime: 0,
});

export async function saveSettings(values: Record<string, unknown>, version?: number): Promise<void> {
  await api.PUT('/api/settings', { body: { ...values, version } });
  await queryClient.invalidateQueries({ queryKey: ['admin', 'settings'] });
}

/** What is set for the whole contact centre. */
export const SETTINGS: readonly Section[] = [
  {
    id: 'centre',
    fields: [
      { name: 'name', kind: 'text', required: true },
      { name: 'language', kind: 'choice', options: ['ru', 'en'] },
      { name: 'timeZone', kind: 'zone', required: true },
    ],
  },
  {
    id: 'routing',
    fields: [
      { name: 'reofferSeconds', kind: 'number', min: 0, max: 3600 },
      { name: 'aloneSeconds', kind: 'number', min: 1, max: 3600 },
      { name: 'rampUpSeconds', kind: 'number', min: 0, max: 600 },
      { name: 'graceSeconds', kind: 'number', min: 5, max: 120 },
      { name: 'capacity', kind: 'capacity' },
    ],
  },
  {
    id: 'passwords',
    fields: [
      { name: 'password.minLength', kind: 'number', min: 8, max: 64 },
      { name: 'password.needLetter', kind: 'switch' },
      { name: 'password.needDigit', kind: 'switch' },
      { name: 'password.needOther', kind: 'switch' },
      { name: 'password.maxDays', kind: 'number', min: 0, max: 3650 },
      { name: 'password.remember', kind: 'number', min: 0, max: 24 },
    ],
  },
  {
    id: 'signIn',
    fields: [
      { name: 'signIn.lockAfter', kind: 'number', min: 0, max: 100 },
      { name: 'signIn.lockMinutes', kind: 'number', min: 1, max: 1440 },
      { name: 'signIn.sessionHours', kind: 'number', min: 1, max: 720 },
      { name: 'signIn.idleMinutes', kind: 'number', min: 0, max: 1440 },
      { name: 'signIn.allowedAddresses', kind: 'words' },
      { name: 'signIn.resetMailboxId', kind: 'one', of: 'mailboxes' },
    ],
  },
  {
    id: 'files',
    fields: [
      { name: 'fileMaxBytes', kind: 'megabytes' },
      { name: 'fileTypes', kind: 'words' },
    ],
  },
];
