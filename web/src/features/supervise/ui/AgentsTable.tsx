import { Select, Switch } from '@mantine/core';
import { IconPlugOff, IconUserCog } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AgentRow, useFigures } from '@/shared/live/figures';
import { watch } from '@/shared/live/live';
import { ActionMenu } from '@/shared/ui/actions/ActionButton';
import type { Action } from '@/shared/ui/actions/action';
import { useActions } from '@/shared/ui/actions/registry';
import { EmptyState } from '@/shared/ui/EmptyState';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useRememberedTable } from '@/shared/ui/table/remembered';
import { AgentContacts, type ContactActions } from './AgentContacts';
import { useAgentColumns } from './agentColumns';
import { ChosenActions } from './ChosenActions';
import { EndSessionWindow } from './EndSessionWindow';
import { ForceStateWindow } from './ForceStateWindow';
import { useScope, withSubTeams } from './names';
import { useInUrl } from './useInUrl';

export interface AgentsTableProps {
  /** Team of the person who looks; '' without one. */
  ownTeamId: string;
  /** May set states and end sessions. */
  mayForce: boolean;
  /** What may be done with a contact; not there for who may do nothing with them. */
  contactActions?: ContactActions;
}

/** Agents: who is signed in, and on request who is not. A row unfolds to its contacts; a chosen row takes commands by button, menu and keyboard. */
export function AgentsTable({ ownTeamId, mayForce, contactActions }: AgentsTableProps) {
  const { t } = useTranslation('supervise');
  const agents = useFigures((figures) => figures.agents);
  const { scope, names } = useScope();
  const state = useRememberedTable('agents');
  const [team, setTeam] = useInUrl('team');
  const [away, setAway] = useInUrl('away');
  const [chosenId, setChosenId] = useState('');
  const [asked, setAsked] = useState<{ what: 'state' | 'signOut'; agent: AgentRow } | null>(null);

  const rows = useMemo(() => {
    const wanted = team ? withSubTeams(scope.data?.teams ?? [], team) : undefined;
    const shown = Object.values(agents ?? {}).filter(
      (row) => (away || row.state !== 'signed_out') && (!wanted || wanted.has(row.teamId)),
    );
    return shown.sort((a, b) => names.agent(a.userId).localeCompare(names.agent(b.userId)));
  }, [agents, away, scope.data, team, names]);
  useEffect(() => (away ? watch(['signedOut']) : undefined), [away]);
  const chosen = rows.find((row) => row.userId === chosenId && row.state !== 'signed_out');

  const actionsOf = useCallback(
    (agent: AgentRow | undefined, shortcuts: boolean): Action[] => [
      {
        id: 'agent.state',
        label: t('act.state'),
        icon: IconUserCog,
        shortcut: shortcuts ? 'Alt+Shift+KeyS' : undefined,
        group: t('act.group'),
        allowed: mayForce && agent !== undefined,
        perform: () => agent && setAsked({ what: 'state', agent }),
      },
      {
        id: 'agent.signOut',
        label: t('act.signOut'),
        icon: IconPlugOff,
        shortcut: shortcuts ? 'Alt+Shift+KeyE' : undefined,
        group: t('act.group'),
        allowed: mayForce && agent !== undefined,
        perform: () => agent && setAsked({ what: 'signOut', agent }),
      },
    ],
    [mayForce, t],
  );
  const chosenActions = useMemo(() => actionsOf(chosen, true), [actionsOf, chosen]);
  useActions(chosenActions);
  const menu = useCallback(
    (row: AgentRow) =>
      row.state !== 'signed_out' && (
        <ActionMenu actions={actionsOf(row, false)} label={t('act.of', { name: names.agent(row.userId) })} />
      ),
    [actionsOf, names, t],
  );
  const columns = useAgentColumns(names, mayForce ? menu : undefined);

  const teams = (scope.data?.teams ?? []).map((one) => ({
    value: one.id,
    label: one.id === ownTeamId ? `${t('filter.myTeam')}: ${one.name}` : one.name,
  }));
  const close = () => setAsked(null);
  return (
    <>
      <DataTable
        label={t('tabs.agents')}
        rows={rows}
        columns={columns}
        rowId={(row) => row.userId}
        state={state}
        openId={chosenId}
        onOpen={(row) => setChosenId(row.userId === chosenId ? '' : row.userId)}
        details={(row) => <AgentContacts agent={row} names={names} actionsOf={contactActions} />}
        loading={agents === undefined && !scope.error}
        error={scope.error}
        onRetry={() => void scope.refetch()}
        empty={<EmptyState title={t('empty.agents')} text={t('empty.agentsText')} />}
        tools={
          <>
            <Select
              aria-label={t('filter.team')}
              value={team}
              onChange={(value) => setTeam(value ?? '')}
              data={[{ value: '', label: t('filter.allTeams') }, ...teams]}
              allowDeselect={false}
              w="15rem"
            />
            <Switch
              size="xs"
              label={t('filter.signedOut')}
              checked={away !== ''}
              onChange={(event) => setAway(event.currentTarget.checked ? '1' : '')}
            />
            {mayForce && chosen && (
              <ChosenActions
                actions={chosenActions}
                label={t('act.chosen', { name: names.agent(chosenId) })}
              />
            )}
          </>
        }
      />
      {asked?.what === 'state' && (
        <ForceStateWindow agent={asked.agent} name={names.agent(asked.agent.userId)} onClose={close} />
      )}
      {asked?.what === 'signOut' && (
        <EndSessionWindow
          userId={asked.agent.userId}
          name={names.agent(asked.agent.userId)}
          onClose={close}
        />
      )}
    </>
  );
}
