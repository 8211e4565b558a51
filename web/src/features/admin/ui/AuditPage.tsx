import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import { dateFormat } from '@/shared/lib/format';
import { EntityList } from '@/shared/ui/admin/EntityList';
import { failed } from '@/shared/ui/failed';
import type { DataColumn } from '@/shared/ui/table/columns';
import { useTableInUrl } from '@/shared/ui/table/state';
import { toast } from '@/shared/ui/toasts';
import { type AuditFilter, AuditFilters, askedOf, asTexts } from './AuditFilters';
import { Differences } from './Differences';
import { useFieldWords } from './words';

interface Act {
  n: number;
  at: number;
  actorName: string;
  address: string;
  action: string;
  entity: string;
  name: string;
  before?: unknown;
  after?: unknown;
}

/** Who did what: searched, unfolded to before and after, checked for tampering, exported (M-41). */
export function AuditPage() {
  const { t, i18n } = useTranslation('admin');
  const words = useFieldWords();
  const [filter, setFilter] = useState<AuditFilter>({});
  const [q] = useDebouncedValue(filter.q ?? '', 300);
  const asked = askedOf({ ...filter, q });
  const state = useTableInUrl('audit');
  const acts = useInfiniteQuery({
    queryKey: ['admin', 'audit', asked],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      done(
        api.GET('/api/audit', {
          params: { query: { ...asked, cursor: pageParam || undefined, limit: 100 } },
        }),
      ),
    getNextPageParam: (last) => last.next || undefined,
  });
  const verify = useMutation({
    mutationFn: () => done(api.GET('/api/audit/verification')),
    onError: failed,
    onSuccess: (said) =>
      toast(
        said.intact
          ? { tone: 'good', title: t('audit.intact', { count: said.entries }) }
          : { tone: 'bad', title: t('audit.broken', { n: said.badN ?? 0 }) },
      ),
  });
  const rows = (acts.data?.pages ?? []).flatMap((page) => (page.items ?? []) as Act[]);
  const time = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'medium' });
  const columns: DataColumn<Act>[] = [
    {
      id: 'at',
      label: words.label('at'),
      value: (act) => act.at,
      cell: (act) => time.format(act.at),
      width: 170,
    },
    { id: 'actorName', label: words.label('actorName'), value: (act) => act.actorName, width: 170 },
    { id: 'action', label: words.label('action'), value: (act) => words.option(act.action), width: 150 },
    { id: 'entity', label: words.label('entity'), value: (act) => words.entity(act.entity), width: 150 },
    { id: 'name', label: words.label('name'), value: (act) => act.name, grow: true },
    { id: 'address', label: words.label('address'), value: (act) => act.address, width: 130 },
  ];
  return (
    <EntityList
      title={words.kind('audit')}
      about={words.about('audit')}
      label={words.kind('audit')}
      rows={rows}
      columns={columns}
      rowId={(act) => String(act.n)}
      state={state}
      loading={acts.isPending}
      error={acts.error}
      onRetry={() => void acts.refetch()}
      onReachEnd={acts.hasNextPage ? () => void acts.fetchNextPage() : undefined}
      details={(act) =>
        act.before || act.after ? <Differences before={act.before} after={act.after} /> : null
      }
      tools={
        <>
          <AuditFilters filter={filter} onChange={setFilter} />
          <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
            {t('audit.verify')}
          </Button>
          <Button
            variant="default"
            component="a"
            href={`/api/audit/export?${new URLSearchParams(asTexts(asked))}`}
            download
          >
            {t('audit.export')}
          </Button>
        </>
      }
    />
  );
}
