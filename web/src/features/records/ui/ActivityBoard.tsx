import { ActionIcon, Select, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useRememberedTable } from '@/shared/ui/table/remembered';
import { activityQuery, peopleQuery, tooLong } from '../api/activity';
import { closedLimits, PERIODS } from '../api/period';
import { ActivitySums } from './ActivitySums';
import classes from './activity.module.css';
import { useActivityColumns } from './activityColumns';
import { PeriodChoice } from './PeriodChoice';
import { useFilter } from './useFilter';

// Without an end nobody could add it up.
const CLOSED = PERIODS.filter((one) => one !== 'all');

/** What agents did with their time: every state with its reason, and the sums of the period (R-30, S-7). */
export function ActivityBoard() {
  const { t } = useTranslation(['records', 'common']);
  const filter = useFilter('today');
  const table = useRememberedTable('activity');
  const limits = useMemo(() => closedLimits(filter.limits, new Date()), [filter.limits]);
  const asked = { ...limits, userId: filter.values.agent, newest: table[0].sort?.descending ?? false };
  const refused =
    limits.from === 0 || limits.to <= limits.from ? 'noPeriod' : tooLong(asked) ? 'tooLong' : undefined;
  const found = useInfiniteQuery({ ...activityQuery(asked), enabled: refused === undefined });
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items ?? []) ?? [], [found.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const first = refused ? undefined : found.data?.pages[0];

  return (
    <div className={classes.board}>
      {first && rows.length > 0 && <ActivitySums sums={first.sums ?? []} at={first.at} />}
      <div className={classes.list}>
        <DataTable
          label={t('activity.list')}
          rows={refused ? [] : rows}
          columns={useActivityColumns(limits)}
          rowId={(row) => row.id}
          state={table}
          fromServer
          searchable={false}
          loading={refused === undefined && found.isPending}
          error={refused === undefined ? found.error : undefined}
          onRetry={() => void found.refetch()}
          onReachEnd={more}
          empty={
            <EmptyState
              title={t(refused ? `activity.${refused}` : 'activity.empty')}
              text={t(refused ? `activity.${refused}Text` : 'activity.emptyText')}
            />
          }
          tools={
            <>
              <PersonChoice value={filter.values.agent} onChange={(agent) => filter.set({ agent })} />
              <PeriodChoice filter={filter} periods={CLOSED} />
              <Tooltip label={t('common:action.reload')}>
                <ActionIcon
                  aria-label={t('common:action.reload')}
                  loading={found.isRefetching && !isFetchingNextPage}
                  disabled={refused !== undefined}
                  onClick={() => void found.refetch()}
                >
                  <IconRefresh size={17} stroke={1.7} aria-hidden />
                </ActionIcon>
              </Tooltip>
            </>
          }
        />
      </div>
    </div>
  );
}

/** Whose: one person, found by the beginning of the name, or everybody one may see; grouped by team. */
function PersonChoice({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation('records');
  const people = useQuery(peopleQuery);
  const data = useMemo(() => {
    const groups = new Map<string, { value: string; label: string }[]>();
    for (const one of people.data ?? []) {
      const team = one.teamName || t('activity.noTeam');
      groups.set(team, [...(groups.get(team) ?? []), { value: one.id, label: one.name }]);
    }
    const teams = [...groups].sort(([a], [b]) => a.localeCompare(b));
    return [{ value: '', label: t('filter.anyAgent') }, ...teams.map(([group, items]) => ({ group, items }))];
  }, [people.data, t]);
  return (
    <Select
      className={classes.person}
      aria-label={t('filter.agent')}
      value={value}
      onChange={(next) => onChange(next ?? '')}
      data={data}
      searchable
      allowDeselect={false}
      nothingFoundMessage={t('activity.nobody')}
      maxDropdownHeight={360}
    />
  );
}
