import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listQuery } from '../api/store';
import { nameOf } from './names';
import { useFieldWords } from './words';

/** What of the audit log is asked for; days as the browser writes them. */
export interface AuditFilter {
  q?: string;
  from?: string;
  to?: string;
  userId?: string;
  action?: string;
  entity?: string;
}

const ACTIONS = [
  'create',
  'update',
  'delete',
  'view',
  'sign_in',
  'sign_out',
  'set_password',
  'renew_secret',
  'export',
  'suspended',
  'active',
  'move',
  'retry',
  'discard',
];
const ENTITIES = [
  'user',
  'role',
  'team',
  'skill',
  'service',
  'disposition',
  'calendar',
  'reason',
  'entry',
  'webhook',
  'api_key',
  'tenant',
  'session',
  'quarantine',
  'trunk',
  'prompt',
  'recording',
  'settings',
  'mailbox',
  'contact',
  'conversation',
  'record',
  'case',
  'mail',
];

/** The question to the server. */
export function askedOf({ q, from, to, userId, action, entity }: AuditFilter) {
  const day = 86_400_000;
  return {
    ...(q ? { q } : {}),
    ...(from ? { from: new Date(`${from}T00:00:00`).getTime() } : {}),
    ...(to ? { to: new Date(`${to}T00:00:00`).getTime() + day } : {}),
    ...(userId ? { userId } : {}),
    ...(action ? { action } : {}),
    ...(entity ? { entity } : {}),
  };
}

export function asTexts(asked: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, String(value)]));
}

/** Words, days, who, what and of what. */
export function AuditFilters({
  filter,
  onChange,
}: {
  filter: AuditFilter;
  onChange: (next: AuditFilter) => void;
}) {
  const { t, i18n } = useTranslation('admin');
  const words = useFieldWords();
  const users = useQuery({ ...listQuery('users'), retry: false });
  const text = (key: 'q' | 'from' | 'to', label: string, type: 'search' | 'date') => (
    <TextInput
      aria-label={label}
      title={label}
      placeholder={label}
      type={type}
      leftSection={type === 'date' ? t(`audit.${key === 'from' ? 'since' : 'until'}`) : undefined}
      value={filter[key] ?? ''}
      onChange={(event) => onChange({ ...filter, [key]: event.currentTarget.value })}
    />
  );
  const choice = (
    key: 'userId' | 'action' | 'entity',
    label: string,
    data: { value: string; label: string }[],
  ) => (
    <Select
      w={150}
      aria-label={label}
      placeholder={label}
      searchable
      clearable
      data={data}
      value={filter[key] ?? null}
      onChange={(value) => onChange({ ...filter, [key]: value ?? undefined })}
    />
  );
  return (
    <>
      {text('q', t('audit.search'), 'search')}
      {text('from', t('audit.from'), 'date')}
      {text('to', t('audit.to'), 'date')}
      {users.data &&
        choice(
          'userId',
          words.label('actorName'),
          users.data.map((one) => ({ value: one.id, label: nameOf(one, i18n.language) })),
        )}
      {choice(
        'action',
        words.label('action'),
        ACTIONS.map((value) => ({ value, label: words.option(value) })),
      )}
      {choice(
        'entity',
        words.label('entity'),
        ENTITIES.map((value) => ({ value, label: words.entity(value) })),
      )}
    </>
  );
}
