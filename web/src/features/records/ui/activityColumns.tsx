import { useMemo } from 'react';
import { STATES } from '@/shared/ui/StateIcon';
import { StatusChip } from '@/shared/ui/StatusChip';
import { Timer } from '@/shared/ui/Timer';
import type { DataColumn } from '@/shared/ui/table/columns';
import type { ActivitySpan } from '../api/activity';
import { useRecordWords } from './say';

/** What brings a state about, in the floor's words (S-7). */
export const CAUSES = [
  'signIn',
  'session',
  'agent',
  'supervisor',
  'offer',
  'accepted',
  'opened',
  'rejected',
  'expired',
  'postponed',
  'cancelled',
  'boot',
  'lost',
  'legFailed',
  'ended',
  'finished',
  'transferred',
  'wrapupOver',
  'noWrapup',
  'parked',
  'time',
  'configured',
  'fallback',
  'returned',
] as const;

/** Columns of the states: when, who, what, why, how long. Only the part within the period counts. */
export function useActivityColumns({ from, to }: { from: number; to: number }): DataColumn<ActivitySpan>[] {
  const words = useRecordWords();
  const { t } = words;
  // biome-ignore lint/correctness/useExhaustiveDependencies: everything in `words` follows from the language, as `t` does
  return useMemo<DataColumn<ActivitySpan>[]>(() => {
    const cause = (row: ActivitySpan) => {
      const known = CAUSES.find((one) => one === row.cause);
      return known ? t(`activity.cause.${known}`) : (row.cause ?? '');
    };
    const plain = { sortable: false };
    return [
      {
        id: 'startedAt',
        label: t('activity.column.from'),
        value: (row) => row.startedAt,
        cell: (row) => words.dateTime(row.startedAt),
        width: 172,
      },
      {
        ...plain,
        id: 'endedAt',
        label: t('activity.column.to'),
        value: (row) => row.endedAt,
        cell: (row) => (row.endedAt ? words.clock(row.endedAt) : t('activity.still')),
        width: 110,
      },
      { ...plain, id: 'agent', label: t('filter.agent'), value: (row) => row.userName, width: 170 },
      {
        ...plain,
        id: 'state',
        label: t('activity.column.state'),
        value: (row) => row.state,
        cell: (row) => {
          const state = STATES.find((one) => one === row.state);
          return state ? <StatusChip state={state} /> : row.state;
        },
        width: 160,
      },
      {
        ...plain,
        id: 'reason',
        label: t('activity.column.reason'),
        value: (row) => row.reasonName ?? '',
        width: 160,
        grow: true,
      },
      {
        ...plain,
        id: 'length',
        label: t('activity.column.length'),
        meaning: t('activity.lengthMeaning'),
        value: (row) => row.ms,
        cell: (row) =>
          row.endedAt === 0 && to > Date.now() ? (
            <Timer since={Math.max(row.startedAt, from)} />
          ) : (
            words.span(row.ms)
          ),
        align: 'end',
        width: 130,
      },
      { ...plain, id: 'cause', label: t('activity.column.cause'), value: cause, width: 210 },
      {
        ...plain,
        id: 'by',
        label: t('activity.column.by'),
        value: (row) => row.byName ?? '',
        width: 150,
        hidden: true,
      },
    ];
  }, [t, from, to]);
}
