import { ActionIcon, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { EmptyState } from '@/shared/ui/EmptyState';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import type { DataColumn } from '@/shared/ui/table/columns';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useRememberedTable } from '@/shared/ui/table/remembered';
import { type RecordRow, recordsQuery } from '../api/records';
import { type CaseFilterSlot, Filters, wantedOf } from './Filters';
import { RecordPanel } from './RecordPanel';
import classes from './records.module.css';
import { agentsOf, mainPart, sum, useRecordWords } from './say';
import { useFilter } from './useFilter';

/** Records of contacts: filters in the address, a table of any length, the open one beside it. */
export function RecordsBoard({ caseFilter }: { caseFilter: CaseFilterSlot }) {
  const words = useRecordWords();
  const { t } = words;
  const filter = useFilter();
  const table = useRememberedTable('records');
  const [q] = useDebouncedValue(table[0].filter.trim(), 300);
  const found = useInfiniteQuery(
    recordsQuery({
      ...filter.limits,
      serviceId: filter.values.service,
      agentId: filter.values.agent,
      outcome: filter.values.outcome,
      dispositionId: filter.values.disposition,
      ...wantedOf(filter.values),
      q,
      oldest: table[0].sort?.id === 'startedAt' && !table[0].sort.descending,
    }),
  );
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items ?? []) ?? [], [found.data]);
  const columns = useRecordColumns();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  const open = filter.values.id;
  return (
    <div className={classes.board}>
      <div className={classes.list}>
        <DataTable
          label={t('list')}
          rows={rows}
          columns={columns}
          rowId={(row) => row.interactionId}
          state={table}
          fromServer
          openId={open}
          onOpen={(row) => filter.set({ id: row.interactionId === open ? '' : row.interactionId })}
          loading={found.isPending}
          error={found.error}
          onRetry={() => void found.refetch()}
          onReachEnd={more}
          empty={<EmptyState title={t('empty')} text={t('emptyText')} />}
          tools={
            <>
              <Filters filter={filter} caseFilter={caseFilter} />
              <Tooltip label={t('common:action.reload')}>
                <ActionIcon
                  aria-label={t('common:action.reload')}
                  loading={found.isRefetching && !isFetchingNextPage}
                  onClick={() => void found.refetch()}
                >
                  <IconRefresh size={17} stroke={1.7} aria-hidden />
                </ActionIcon>
              </Tooltip>
            </>
          }
        />
      </div>
      {open && <RecordPanel key={open} interactionId={open} onClose={() => filter.set({ id: '' })} />}
    </div>
  );
}

function useRecordColumns(): DataColumn<RecordRow>[] {
  const words = useRecordWords();
  const { t } = words;
  // biome-ignore lint/correctness/useExhaustiveDependencies: everything in `words` follows from the language, as `t` does
  return useMemo<DataColumn<RecordRow>[]>(() => {
    const span = (id: string, label: string, read: (row: RecordRow) => number, hidden?: boolean) => ({
      id,
      label,
      value: read,
      // Of a contact that is not over, the time so far would stand still here.
      cell: (row: RecordRow) => (row.finishedAt || read(row) ? words.span(read(row)) : '–'),
      align: 'end' as const,
      width: 108,
      sortable: false,
      hidden,
    });
    const plain = (
      id: string,
      label: string,
      value: (row: RecordRow) => string,
      width: number,
      hidden?: boolean,
    ) => ({
      id,
      label,
      value,
      width,
      sortable: false,
      hidden,
    });
    return [
      {
        id: 'startedAt',
        label: t('column.startedAt'),
        value: (row) => row.startedAt,
        cell: (row) => words.dateTime(row.startedAt),
        width: 172,
      },
      {
        id: 'kind',
        label: t('column.kind'),
        value: (row) => row.kind,
        cell: (row) => <KindIcon kind={kindOf(row.kind, row.direction)} size={16} />,
        sortable: false,
        width: 60,
      },
      {
        ...plain(
          'customer',
          t('column.customer'),
          (row) => row.customer.name || row.customer.phone || t('unnamed'),
          170,
        ),
        grow: true,
      },
      plain('phone', t('column.phone'), (row) => row.customer.phone ?? '', 140, true),
      plain('service', t('column.service'), (row) => row.serviceName, 140),
      plain('agents', t('column.agents'), agentsOf, 170),
      span('wait', t('column.wait'), (row) => sum(row, (part) => part.queueMs + part.ringMs)),
      span('ring', t('column.ring'), (row) => sum(row, (part) => part.ringMs), true),
      span('talk', t('column.talk'), (row) => sum(row, (part) => part.talkMs)),
      span('hold', t('column.hold'), (row) => sum(row, (part) => part.holdMs), true),
      span('wrapup', t('column.wrapup'), (row) => sum(row, (part) => part.wrapupMs), true),
      plain('outcome', t('column.outcome'), (row) => words.outcome(mainPart(row)), 150),
      plain('endedBy', t('column.endedBy'), (row) => words.by(mainPart(row)?.endedBy), 120),
      plain('disposition', t('column.disposition'), (row) => mainPart(row)?.dispositionName ?? '', 150),
      plain('comment', t('column.comment'), (row) => mainPart(row)?.comment ?? '', 200, true),
      plain('parts', t('column.parts'), (row) => String(row.parts?.length ?? 0), 80, true),
    ];
  }, [t]);
}
