import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import { EntityList } from '@/shared/ui/admin/EntityList';
import type { DataColumn } from '@/shared/ui/table/columns';
import { useTableInUrl } from '@/shared/ui/table/state';
import type { Field, Kind } from '../api/entities';
import { listQuery, type Thing } from '../api/store';
import { durationText } from './inputs/DurationInput';
import { useMailboxColumn } from './MailboxState';
import { nameOf, valueAt } from './names';
import { ThingForm } from './ThingForm';
import { useTrunkColumn } from './TrunkState';
import { UsersTools } from './UsersImport';
import { useFieldWords } from './words';

/** What holds words or names shares the width; numbers and marks need little of it. */
const WIDE: ReadonlySet<string> = new Set(['text', 'languages', 'one', 'many', 'words', 'phrases']);

/** All things of one kind, with the open one's form beside them. */
export function KindPage({ kind }: { kind: Kind }) {
  const { t, i18n } = useTranslation(['admin', 'common']);
  const words = useFieldWords();
  const list = useQuery(listQuery(kind.id));
  const state = useTableInUrl(kind.id);
  const [open, setOpen] = useState<string | null>(null);
  const fields = useMemo(() => kind.sections.flatMap((section) => section.fields), [kind]);
  const references = fields.filter((field) => field.of && kind.columns.includes(field.name));
  const names = useReferenceNames(references, i18n.language);

  const time = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  const seconds = new Intl.NumberFormat(i18n.language, {
    style: 'unit',
    unit: 'second',
    maximumFractionDigits: 1,
  });
  const ofMailboxes = useMailboxColumn(kind);
  const ofTrunks = useTrunkColumn(kind);
  const own: DataColumn<Thing>[] = kind.columns.map((name, index) => {
    const field = fields.find((one) => one.name === name);
    return {
      id: name,
      label: words.label(field?.words ?? name),
      grow: index === 0 || WIDE.has(field?.kind ?? ''),
      width: index === 0 ? 160 : 120,
      value: (thing) => show(thing, name, field),
      cell:
        name === 'millis' ? (thing) => seconds.format(Number(valueAt(thing, name) ?? 0) / 1000) : undefined,
    };
  });
  function show(thing: Thing, name: string, field?: Field): string | number {
    const value = valueAt(thing, name);
    if (name === 'name') return nameOf(thing, i18n.language);
    if (field?.of)
      return [value]
        .flat()
        .map((id) => names[String(id)] ?? '')
        .filter(Boolean)
        .join(', ');
    if (value && (name.endsWith('At') || field?.kind === 'expiry')) return time.format(Number(value));
    if (field?.kind === 'duration') return durationText(Number(value ?? 0), i18n.language);
    if (name === 'builtin') return value ? t('common:action.yes') : '';
    if (typeof value === 'boolean') return value ? t('common:action.yes') : '';
    if (Array.isArray(value)) return value.join(', ');
    if (typeof value === 'number') return value;
    if (field?.kind === 'choice' && value) return words.choice(field.words ?? name, String(value));
    // What people wrote stays as they wrote it: a login may be the word of an option.
    if (field?.kind === 'text' || field?.kind === 'languages') return String(value ?? '');
    return value ? words.option(String(value)) : '';
  }

  return (
    <EntityList
      title={words.kind(kind.id)}
      about={words.about(kind.id)}
      label={words.kind(kind.id)}
      rows={list.data ?? []}
      columns={[...own, ...ofMailboxes, ...ofTrunks]}
      rowId={(thing) => thing.id}
      state={state}
      loading={list.isPending}
      error={list.error}
      onRetry={() => void list.refetch()}
      openId={open ?? undefined}
      onOpen={(thing) => setOpen(thing.id)}
      tools={kind.id === 'users' ? <UsersTools /> : undefined}
      create={{ label: t('create'), perform: () => setOpen('new') }}
      panel={
        open !== null && (
          <ThingForm
            key={open}
            kind={kind}
            id={open === 'new' ? undefined : open}
            onClose={() => setOpen(null)}
          />
        )
      }
    />
  );
}

// At most three kinds are referred to in any list; hooks need a fixed number.
function useReferenceNames(fields: readonly Field[], language: string): Record<string, string> {
  const [a, b, c] = fields;
  const lists = [useNames(a), useNames(b), useNames(c)];
  return Object.fromEntries(lists.flat().map((thing) => [thing.id, nameOf(thing, language)]));
}

function useNames(field: Field | undefined): Thing[] {
  return useQuery({ ...listQuery(field?.of ?? 'users'), enabled: field !== undefined }).data ?? [];
}
