import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentRow } from '@/shared/live/figures';
import { Timer } from '@/shared/ui/Timer';
import type { DataColumn } from '@/shared/ui/table/columns';
import { definitionsQuery } from '../api/supervise';
import { AgentState, ContactIcons, ContactTime, currentOf, isState, Load } from './agentCells';
import { stateOf } from './ContactState';
import { useFigureColumn } from './figureColumns';
import type { Names } from './names';

/** Columns of the agents' table (R-3); the last is the row's menu, if there is one. */
export function useAgentColumns(
  names: Names,
  menu: ((row: AgentRow) => React.ReactNode) | undefined,
): DataColumn<AgentRow>[] {
  const { t } = useTranslation(['supervise', 'common']);
  const { figure } = useFigureColumn();
  const stateText = useStateMeaning();
  return useMemo<DataColumn<AgentRow>[]>(() => {
    const word = (state: string) => (isState(state) ? t(`common:state.${state}`) : state);
    const contacts = figure<AgentRow>('contacts', (row) => row.contacts?.length ?? 0, { width: 120 });
    const columns: DataColumn<AgentRow>[] = [
      {
        id: 'name',
        label: t('column.agent'),
        value: (row) => names.agent(row.userId),
        grow: true,
        width: 170,
      },
      { id: 'team', label: t('column.team'), value: (row) => names.team(row.teamId), width: 140 },
      {
        id: 'state',
        label: stateText.name,
        meaning: stateText.text,
        value: (row) => word(row.state),
        cell: (row) => (
          <AgentState
            row={row}
            pending={row.pending ? t('common:state.pending', { state: word(row.pending) }) : ''}
          />
        ),
        width: 190,
      },
      {
        id: 'reason',
        label: t('column.reason'),
        meaning: t('meaning.reason'),
        value: (row) => (row.state === 'not_ready' ? names.reason(row.reasonId) : ''),
        width: 140,
      },
      {
        id: 'since',
        label: t('column.inState'),
        meaning: t('meaning.inState'),
        value: (row) => (row.sinceAt ? -row.sinceAt : null),
        cell: (row) => (row.sinceAt ? <Timer since={row.sinceAt} /> : '–'),
        align: 'end',
        width: 124,
      },
      {
        ...figure<AgentRow>('load', (row) => row.load, { width: 136 }),
        cell: (row) => <Load percent={row.load} />,
      },
      { ...contacts, cell: (row) => <ContactIcons row={row} />, align: 'start' },
      {
        id: 'contact',
        label: t('column.contact'),
        meaning: t('meaning.contact'),
        value: (row) => {
          const contact = currentOf(row);
          return contact ? contact.customerName || t('contact.unnamed') : '';
        },
        width: 190,
      },
      {
        id: 'contactService',
        label: t('column.contactService'),
        meaning: t('meaning.contactService'),
        value: (row) => names.service(currentOf(row)?.serviceId ?? ''),
        width: 150,
      },
      {
        id: 'contactTime',
        label: t('column.contactTime'),
        meaning: t('meaning.contactTime'),
        value: (row) => {
          const contact = currentOf(row);
          return contact ? -stateOf(contact).since : null;
        },
        cell: (row) => <ContactTime contact={currentOf(row)} />,
        align: 'end',
        width: 160,
      },
      figure('handled', (row) => row.figures.handled),
      figure('handledIn', (row) => row.figures.handled - row.figures.handledOut, {
        hidden: true,
        width: 150,
      }),
      figure('handledOut', (row) => row.figures.handledOut, { hidden: true, width: 150 }),
      figure('rejected', (row) => row.figures.rejected),
      figure('missed', (row) => row.figures.missed),
      figure('occupancy', (row) => row.occupancy),
      figure('ahtMs', (row) => row.ahtMs, { width: 140 }),
      figure('talkMs', (row) => row.figures.talkMs, { hidden: true }),
      figure('holdMs', (row) => row.figures.holdMs, { hidden: true }),
      figure('wrapupMs', (row) => row.figures.wrapupMs, { hidden: true, width: 170 }),
      figure('transferredOut', (row) => row.figures.transferredOut, { hidden: true, width: 150 }),
      figure('success', (row) => row.figures.success, { hidden: true }),
      figure('readyMs', (row) => row.figures.readyMs, { hidden: true, width: 160 }),
      figure('busyMs', (row) => row.figures.busyMs, { hidden: true, width: 160 }),
      figure('breakMs', (row) => row.figures.breakMs, { hidden: true }),
      {
        id: 'signedInAt',
        label: t('column.signedInAt'),
        meaning: t('meaning.signedInAt'),
        value: (row) => (row.signedInAt ? -row.signedInAt : null),
        cell: (row) => (row.signedInAt ? <Timer since={row.signedInAt} /> : '–'),
        align: 'end',
        width: 110,
        hidden: true,
      },
    ];
    if (menu)
      columns.push({
        id: 'actions',
        label: t('column.actions'),
        value: () => '',
        cell: menu,
        sortable: false,
        width: 90,
      });
    return columns;
  }, [names, menu, figure, stateText.name, stateText.text, t]);
}

function useStateMeaning(): { name: string; text: string } {
  const { i18n } = useTranslation();
  const found = useQuery(definitionsQuery).data?.find((one) => one.id === 'state');
  const language = i18n.language;
  return {
    name: found?.name[language] ?? found?.name.en ?? '',
    text: found?.text[language] ?? found?.text.en ?? '',
  };
}
