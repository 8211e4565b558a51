import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type ServiceRow, useFigures } from '@/shared/live/figures';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Timer } from '@/shared/ui/Timer';
import type { DataColumn } from '@/shared/ui/table/columns';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useRememberedTable } from '@/shared/ui/table/remembered';
import { useFigureColumn } from './figureColumns';
import { useScope } from './names';
import classes from './supervise.module.css';

const NONE: ServiceRow[] = [];

/** Services now and today. */
export function ServicesTable() {
  const { t } = useTranslation('supervise');
  const rows = useFigures((figures) => figures.services);
  const { figure, error, retry } = useFigureColumn();
  const { names, scope } = useScope();
  const target = useTarget(scope.data?.services);
  const state = useRememberedTable('services');

  const columns = useMemo<DataColumn<ServiceRow>[]>(() => {
    const oldest = figure<ServiceRow>('oldestAt', (row) => row.oldestAt, { width: 130 });
    const level = figure<ServiceRow>('sl', (row) => row.sl, { width: 150 });
    return [
      {
        id: 'name',
        label: t('column.service'),
        value: (row) => names.service(row.serviceId),
        grow: true,
        width: 170,
      },
      {
        ...level,
        cell: (row) => (
          <>
            {level.cell?.(row)} <span className={classes.soft}>{target(row.serviceId)}</span>
          </>
        ),
      },
      figure('slLast', (row) => row.slLast, { width: 132 }),
      figure('waiting', (row) => row.waiting, { width: 104 }),
      {
        ...oldest,
        // Who came first has waited longest: sorted by the wait, not by the moment.
        value: (row) => (row.oldestAt ? -row.oldestAt : null),
        cell: (row) => (row.oldestAt ? <Timer since={row.oldestAt} /> : '–'),
      },
      figure('ewtMs', (row) => (row.ewtMs < 0 ? null : row.ewtMs), { width: 132 }),
      figure('ringing', (row) => row.ringing, { width: 112 }),
      figure('active', (row) => row.active, { width: 100 }),
      figure('wrapup', (row) => row.wrapup, { width: 128, hidden: true }),
      figure('received', (row) => row.figures.received),
      figure('answered', (row) => row.figures.answered, { hidden: true }),
      figure('answeredInSl', (row) => row.figures.answeredInSl, { hidden: true }),
      figure('handled', (row) => row.figures.handled),
      figure('abandoned', (row) => row.figures.abandoned, { width: 108 }),
      figure('abandonedRinging', (row) => row.figures.abandonedRinging, { hidden: true, width: 160 }),
      figure('short', (row) => row.figures.short, { hidden: true }),
      figure('refused', (row) => row.figures.refused, { hidden: true }),
      figure('deleted', (row) => row.figures.deleted, { hidden: true }),
      figure('moved', (row) => row.figures.moved, { hidden: true }),
      figure('personal', (row) => row.personal, { hidden: true, width: 170 }),
      figure('overdue', (row) => row.overdue, { hidden: true, width: 124 }),
      figure('replied', (row) => row.figures.replied, { hidden: true }),
      figure('closed', (row) => row.figures.closed, { hidden: true, width: 180 }),
      figure('asaMs', (row) => row.asaMs, { width: 140 }),
      figure('ahtMs', (row) => row.ahtMs, { width: 140 }),
      figure('talkMs', (row) => row.figures.talkMs, { hidden: true }),
      figure('holdMs', (row) => row.figures.holdMs, { hidden: true }),
      figure('wrapupMs', (row) => row.figures.wrapupMs, { hidden: true, width: 170 }),
      figure('internal', (row) => row.figures.internal, { hidden: true, width: 150 }),
      figure('transferredIn', (row) => row.figures.transferredIn, { hidden: true, width: 150 }),
      figure('transferredOut', (row) => row.figures.transferredOut, { hidden: true, width: 150 }),
      figure('rejected', (row) => row.figures.rejected, { hidden: true }),
      figure('missed', (row) => row.figures.missed, { hidden: true }),
      figure('signedIn', (row) => row.signedIn, { width: 124 }),
      figure('ready', (row) => row.ready, { width: 96 }),
      figure('busy', (row) => row.busy, { width: 96 }),
      figure('notReady', (row) => row.notReady, { width: 112 }),
    ];
  }, [figure, names, target, t]);

  return (
    <DataTable
      label={t('tabs.services')}
      rows={rows ?? NONE}
      columns={columns}
      rowId={(row) => row.serviceId}
      state={state}
      loading={rows === undefined && !error}
      error={error}
      onRetry={() => void retry()}
      empty={<EmptyState title={t('empty.services')} text={t('empty.servicesText')} />}
    />
  );
}

type Aim = { id: string; slPercent: number; slSeconds: number };

/** What a service aims at, as people write it: (80/20), of mails (80/4h) or (80/5d). */
function useTarget(services: Aim[] | null | undefined) {
  const { t } = useTranslation('supervise');
  return useCallback(
    (id: string) => {
      const aim = services?.find((one) => one.id === id);
      if (!aim?.slPercent || !aim.slSeconds) return '';
      const unit = UNITS.find((one) => aim.slSeconds % one.seconds === 0);
      const time = unit ? t(`target.${unit.name}`, { n: aim.slSeconds / unit.seconds }) : aim.slSeconds;
      return `(${aim.slPercent}/${time})`;
    },
    [services, t],
  );
}

const UNITS = [
  { name: 'days', seconds: 86_400 },
  { name: 'hours', seconds: 3_600 },
] as const;
