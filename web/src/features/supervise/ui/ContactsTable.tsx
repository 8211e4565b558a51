import { SegmentedControl, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Contact, useFigures } from '@/shared/live/figures';
import { useActions } from '@/shared/ui/actions/registry';
import { EmptyState } from '@/shared/ui/EmptyState';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { Timer } from '@/shared/ui/Timer';
import type { DataColumn } from '@/shared/ui/table/columns';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useRememberedTable } from '@/shared/ui/table/remembered';
import { type ContactActions, ContactMenu } from './AgentContacts';
import { ChosenActions } from './ChosenActions';
import { ContactState, stateOf, useContactState } from './ContactState';
import { useScope } from './names';
import classes from './supervise.module.css';
import { useInUrl } from './useInUrl';

const NONE: Contact[] = [];
const WAITS = ['waiting', 'offered'];

/** Every contact that waits or is in somebody's hands, the longest first, with running times. A chosen one takes commands. */
export function ContactsTable({ actionsOf }: { actionsOf?: ContactActions }) {
  const { t } = useTranslation(['supervise', 'common']);
  const all = useFigures((figures) => figures.contacts);
  const total = useFigures((figures) => figures.contactsTotal);
  const { scope, names } = useScope();
  const word = useContactState();
  const state = useRememberedTable('contacts');
  const [service, setService] = useInUrl('service');
  const [which, setWhich] = useInUrl('which');
  const [chosenId, setChosenId] = useState('');

  const rows = useMemo(
    () =>
      (all ?? NONE).filter(
        (row) =>
          (!service || row.serviceId === service) &&
          (!which || WAITS.includes(stateOf(row).state) === (which === 'waiting')),
      ),
    [all, service, which],
  );
  const chosen = rows.find((row) => row.id === chosenId);
  const chosenActions = useMemo(() => actionsOf?.(chosen, true) ?? [], [actionsOf, chosen]);
  useActions(chosenActions);
  const columns = useMemo<DataColumn<Contact>[]>(
    () => [
      {
        id: 'kind',
        label: t('column.kind'),
        value: (row) => t(`common:kind.${kindOf(row.kind, row.direction)}`),
        cell: (row) => <KindIcon kind={kindOf(row.kind, row.direction)} size={16} />,
        width: 76,
      },
      {
        id: 'customer',
        label: t('column.customer'),
        value: (row) => row.customerName || t('contact.unnamed'),
        grow: true,
        width: 180,
      },
      { id: 'service', label: t('column.service'), value: (row) => names.service(row.serviceId), width: 170 },
      {
        id: 'state',
        label: t('column.state'),
        meaning: t('meaning.contactState'),
        value: (row) => word(stateOf(row).state),
        cell: (row) => <ContactState state={stateOf(row).state} />,
        width: 150,
      },
      {
        id: 'since',
        label: t('column.inState'),
        meaning: t('meaning.inState'),
        value: (row) => -stateOf(row).since,
        cell: (row) => <Timer since={stateOf(row).since} />,
        align: 'end',
        width: 130,
      },
      {
        id: 'waited',
        label: t('column.waited'),
        meaning: t('meaning.waited'),
        value: (row) => -row.queuedAt,
        cell: (row) => <Timer since={row.queuedAt} />,
        align: 'end',
        width: 140,
      },
      {
        id: 'agent',
        label: t('column.agent'),
        value: (row) => row.number || names.agent(row.agentId),
        width: 180,
      },
      {
        id: 'team',
        label: t('column.team'),
        value: (row) => names.team(row.teamId),
        width: 150,
        hidden: true,
      },
      ...(actionsOf ? [menuColumn(t('column.actions'), actionsOf)] : []),
    ],
    [actionsOf, names, t, word],
  );
  const hidden = total - (all?.length ?? 0);
  return (
    <DataTable
      label={t('tabs.contacts')}
      rows={rows}
      columns={columns}
      rowId={(row) => row.id}
      state={state}
      openId={chosenId}
      onOpen={(row) => setChosenId(row.id === chosenId ? '' : row.id)}
      loading={all === undefined && !scope.error}
      error={scope.error}
      onRetry={() => void scope.refetch()}
      empty={<EmptyState title={t('empty.contacts')} text={t('empty.contactsText')} />}
      tools={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('filter.contacts')}
            value={which}
            onChange={setWhich}
            data={[
              { value: '', label: t('filter.all') },
              { value: 'waiting', label: t('filter.waiting') },
              { value: 'hand', label: t('filter.inHand') },
            ]}
          />
          <Select
            aria-label={t('filter.service')}
            value={service}
            onChange={(value) => setService(value ?? '')}
            data={[
              { value: '', label: t('filter.allServices') },
              ...(scope.data?.services ?? []).map((one) => ({ value: one.id, label: one.name })),
            ]}
            allowDeselect={false}
            w="13rem"
          />
          {chosen && (
            <ChosenActions
              actions={chosenActions}
              label={t('act.chosen', { name: chosen.customerName || t('contact.unnamed') })}
            />
          )}
          {hidden > 0 && <span className={classes.soft}>{t('more', { count: hidden })}</span>}
        </>
      }
    />
  );
}

function menuColumn(label: string, actionsOf: ContactActions): DataColumn<Contact> {
  const cell = (row: Contact) => <ContactMenu contact={row} actions={actionsOf(row, false)} />;
  return { id: 'actions', label, value: () => '', cell, sortable: false, width: 90 };
}
