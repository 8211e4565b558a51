import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type TeamRow, useFigures } from '@/shared/live/figures';
import { EmptyState } from '@/shared/ui/EmptyState';
import type { DataColumn } from '@/shared/ui/table/columns';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useRememberedTable } from '@/shared/ui/table/remembered';
import { useFigureColumn } from './figureColumns';
import { useScope } from './names';

const NONE: TeamRow[] = [];

/** Teams now and today. */
export function TeamsTable() {
  const { t } = useTranslation('supervise');
  const rows = useFigures((figures) => figures.teams);
  const { figure, error, retry } = useFigureColumn();
  const { names } = useScope();
  const state = useRememberedTable('teams');

  const columns = useMemo<DataColumn<TeamRow>[]>(
    () => [
      { id: 'name', label: t('column.team'), value: (row) => names.team(row.teamId), grow: true, width: 170 },
      figure('signedIn', (row) => row.signedIn, { width: 124, meaning: t('meaning.teamSignedIn') }),
      figure('busy', (row) => row.busy, { width: 100 }),
      figure('ready', (row) => row.ready, { width: 100 }),
      figure('notReady', (row) => row.notReady, { width: 116 }),
      figure('handled', (row) => row.figures.handled),
      figure('ahtMs', (row) => row.ahtMs, { width: 190 }),
      figure('occupancy', (row) => row.occupancy),
      figure('rejected', (row) => row.figures.rejected),
      figure('missed', (row) => row.figures.missed),
      figure('success', (row) => row.figures.success, { hidden: true }),
      figure('talkMs', (row) => row.figures.talkMs, { hidden: true }),
      figure('wrapupMs', (row) => row.figures.wrapupMs, { hidden: true, width: 170 }),
      figure('readyMs', (row) => row.figures.readyMs, { hidden: true, width: 160 }),
      figure('busyMs', (row) => row.figures.busyMs, { hidden: true, width: 160 }),
      figure('breakMs', (row) => row.figures.breakMs, { hidden: true }),
    ],
    [figure, names, t],
  );

  return (
    <DataTable
      label={t('tabs.teams')}
      rows={rows ?? NONE}
      columns={columns}
      rowId={(row) => row.teamId}
      state={state}
      loading={rows === undefined && !error}
      error={error}
      onRetry={() => void retry()}
      empty={<EmptyState title={t('empty.teams')} text={t('empty.teamsText')} />}
    />
  );
}
