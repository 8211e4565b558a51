import { ActionIcon } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type TeamRow, useFigures } from '@/shared/live/figures';
import { EmptyState } from '@/shared/ui/EmptyState';
import type { DataColumn } from '@/shared/ui/table/columns';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useRememberedTable } from '@/shared/ui/table/remembered';
import { useFigureColumn } from './figureColumns';
import { useScope } from './names';
import classes from './supervise.module.css';
import { type TreeRow, treeOf } from './teamTree';

const NONE: TeamRow[] = [];

/** Teams now and today, each with its sub-teams, which unfold below it. */
export function TeamsTable() {
  const { t } = useTranslation('supervise');
  const rows = useFigures((figures) => figures.teams);
  const { figure, error, retry } = useFigureColumn();
  const { names } = useScope();
  const state = useRememberedTable('teams');

  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());

  const columns = useMemo<DataColumn<TreeRow>[]>(
    () => [
      {
        id: 'name',
        label: t('column.team'),
        value: (row) => names.team(row.teamId),
        cell: (row) => (
          <TeamName
            row={row}
            name={names.team(row.teamId)}
            open={unfolded.has(row.teamId)}
            onFold={() =>
              setUnfolded((known) => {
                const next = new Set(known);
                if (!next.delete(row.teamId)) next.add(row.teamId);
                return next;
              })
            }
          />
        ),
        grow: true,
        width: 210,
      },
      figure('signedIn', (row) => row.signedIn, { width: 124, meaning: t('meaning.teamSignedIn') }),
      figure('busy', (row) => row.busy, { width: 100 }),
      figure('ready', (row) => row.ready, { width: 100 }),
      figure('notReady', (row) => row.notReady, { width: 116 }),
      figure('handled', (row) => row.figures.handled, { meaning: t('meaning.teamHandled') }),
      figure('handledIn', (row) => row.figures.handled - row.figures.handledOut, { width: 150 }),
      figure('handledOut', (row) => row.figures.handledOut, { hidden: true, width: 150 }),
      figure('acwMs', (row) => row.acwMs, { width: 170 }),
      figure('ahtMs', (row) => row.ahtMs, { width: 190 }),
      figure('occupancy', (row) => row.occupancy),
      figure('rejected', (row) => row.figures.rejected),
      figure('missed', (row) => row.figures.missed),
      figure('success', (row) => row.figures.success, { hidden: true }),
      figure('talkMs', (row) => row.figures.talkMs, { hidden: true }),
      figure('holdMs', (row) => row.figures.holdMs, { hidden: true }),
      figure('wrapupMs', (row) => row.figures.wrapupMs, { hidden: true, width: 170 }),
      figure('readyMs', (row) => row.figures.readyMs, { hidden: true, width: 160 }),
      figure('busyMs', (row) => row.figures.busyMs, { hidden: true, width: 160 }),
      figure('breakMs', (row) => row.figures.breakMs, { hidden: true }),
    ],
    [figure, names, t, unfolded],
  );
  const shown = useMemo(
    () => treeOf(rows ?? NONE, columns, state[0], unfolded),
    [rows, columns, state, unfolded],
  );

  return (
    <DataTable
      label={t('tabs.teams')}
      rows={shown}
      fromServer
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

function TeamName(props: { row: TreeRow; name: string; open: boolean; onFold: () => void }) {
  const { t } = useTranslation('supervise');
  return (
    <span className={classes.name} style={{ paddingInlineStart: `${props.row.depth * 1.25}rem` }}>
      {props.row.subTeams > 0 ? (
        <ActionIcon
          size="1.25rem"
          aria-label={t('row.fold', { name: props.name })}
          aria-expanded={props.open}
          onClick={props.onFold}
        >
          <IconChevronRight size={14} className={classes.chevron} aria-hidden />
        </ActionIcon>
      ) : (
        <span className={classes.noFold} />
      )}
      <span>{props.name}</span>
    </span>
  );
}
