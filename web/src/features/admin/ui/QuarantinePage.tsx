import { Button, Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import { dateFormat } from '@/shared/lib/format';
import { EntityList } from '@/shared/ui/admin/EntityList';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { EmptyState } from '@/shared/ui/EmptyState';
import { failed } from '@/shared/ui/failed';
import type { DataColumn } from '@/shared/ui/table/columns';
import { useTableInUrl } from '@/shared/ui/table/state';
import { toast } from '@/shared/ui/toasts';
import { discardQuarantined, retryQuarantined } from '../api/verbs';
import classes from './admin.module.css';
import { useFieldWords } from './words';

interface PutAside {
  id: string;
  at: number;
  source: 'inbox' | 'command' | 'timer' | 'own';
  type: string;
  interactionId: string;
  error: string;
  input: string;
  abilities: string[] | null;
}

/** What routing could not take: why, of which contact, and taking it once more (B-3). */
export function QuarantinePage() {
  const { t, i18n } = useTranslation(['admin', 'common']);
  const words = useFieldWords();
  const state = useTableInUrl('quarantine');
  const [giveUp, setGiveUp] = useState<PutAside | null>(null);
  const list = useInfiniteQuery({
    queryKey: ['admin', 'quarantine'],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      done(api.GET('/api/quarantine', { params: { query: { cursor: pageParam || undefined, limit: 100 } } })),
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: 5_000,
  });
  const rows = (list.data?.pages ?? []).flatMap((page) => (page.items ?? []) as PutAside[]);
  const time = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'medium' });
  const columns: DataColumn<PutAside>[] = [
    {
      id: 'at',
      label: words.label('at'),
      value: (one) => one.at,
      cell: (one) => time.format(one.at),
      width: 170,
    },
    {
      id: 'source',
      label: t('quarantine.source'),
      value: (one) => t(`quarantine.from.${one.source}`),
      width: 190,
    },
    {
      id: 'type',
      label: t('quarantine.type'),
      value: (one) => one.type || t('quarantine.unreadable'),
      width: 170,
    },
    { id: 'error', label: t('quarantine.error'), value: (one) => one.error, grow: true },
  ];
  const retry = (one: PutAside) =>
    retryQuarantined(one.id)
      .then(() => toast({ tone: 'info', title: t('quarantine.retried') }))
      .catch(failed);
  return (
    <>
      <EntityList
        title={words.kind('quarantine')}
        about={words.about('quarantine')}
        label={words.kind('quarantine')}
        rows={rows}
        columns={columns}
        rowId={(one) => one.id}
        state={state}
        loading={list.isPending}
        error={list.error}
        onRetry={() => void list.refetch()}
        onReachEnd={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
        empty={<EmptyState title={t('quarantine.none')} text={t('quarantine.noneHint')} />}
        details={(one) => (
          <div className={classes.import}>
            <p>{t(`quarantine.about.${one.source}`)}</p>
            <p>{one.error}</p>
            <pre className={classes.code}>{pretty(one.input)}</pre>
            <Group gap="xs">
              {one.abilities?.includes('retry') && (
                <Button onClick={() => void retry(one)}>{t('common:action.retry')}</Button>
              )}
              {one.abilities?.includes('discard') && (
                <Button variant="default" onClick={() => setGiveUp(one)}>
                  {t('quarantine.discard')}
                </Button>
              )}
              {one.interactionId && (
                <Link to="/records" search={{ id: one.interactionId } as never}>
                  {t('quarantine.record')}
                </Link>
              )}
            </Group>
          </div>
        )}
      />
      <DecisionWindow
        opened={giveUp !== null}
        title={t('quarantine.discardTitle')}
        onClose={() => setGiveUp(null)}
        decisions={[
          {
            id: 'no',
            label: t('common:action.cancel'),
            kind: 'plain',
            onChoose: () => setGiveUp(null),
          },
          {
            id: 'yes',
            label: t('quarantine.discard'),
            kind: 'danger',
            onChoose: () =>
              discardQuarantined(giveUp?.id ?? '')
                .catch(failed)
                .finally(() => setGiveUp(null)),
          },
        ]}
      >
        <p>{t('quarantine.discardText')}</p>
      </DecisionWindow>
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
