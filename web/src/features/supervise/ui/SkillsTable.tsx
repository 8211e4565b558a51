import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type SkillRow, useFigures } from '@/shared/live/figures';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Timer } from '@/shared/ui/Timer';
import type { DataColumn } from '@/shared/ui/table/columns';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useRememberedTable } from '@/shared/ui/table/remembered';
import { useFigureColumn } from './figureColumns';
import { useScope } from './names';

const NONE: SkillRow[] = [];

/** Skills now: who waits for one, and who is there that masters it. */
export function SkillsTable() {
  const { t } = useTranslation('supervise');
  const rows = useFigures((figures) => figures.skills);
  const { figure, error, retry } = useFigureColumn();
  const { names } = useScope();
  const state = useRememberedTable('skills');

  const columns = useMemo<DataColumn<SkillRow>[]>(
    () => [
      {
        id: 'name',
        label: t('column.skill'),
        value: (row) => names.skill(row.skillId),
        grow: true,
        width: 170,
      },
      figure('waiting', (row) => row.waiting, { width: 116, meaning: t('meaning.skillWaiting') }),
      {
        ...figure<SkillRow>('oldestAt', (row) => row.oldestAt, { width: 170 }),
        value: (row) => (row.oldestAt ? -row.oldestAt : null),
        cell: (row) => (row.oldestAt ? <Timer since={row.oldestAt} /> : '–'),
      },
      figure('ringing', (row) => row.ringing, { width: 128, meaning: t('meaning.skillRinging') }),
      figure('active', (row) => row.active, { width: 112, meaning: t('meaning.skillActive') }),
      figure('signedIn', (row) => row.signedIn, { width: 124, meaning: t('meaning.skillSignedIn') }),
      figure('ready', (row) => row.ready, { width: 100 }),
      figure('busy', (row) => row.busy, { width: 100 }),
      figure('notReady', (row) => row.notReady, { width: 116 }),
    ],
    [figure, names, t],
  );

  return (
    <DataTable
      label={t('tabs.skills')}
      rows={rows ?? NONE}
      columns={columns}
      rowId={(row) => row.skillId}
      state={state}
      loading={rows === undefined && !error}
      error={error}
      onRetry={() => void retry()}
      empty={<EmptyState title={t('empty.skills')} text={t('empty.skillsText')} />}
    />
  );
}
