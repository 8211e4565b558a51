import { Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentRow } from '@/shared/live/figures';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import { forceState, reasonsQuery } from '../api/supervise';

/** Puts an agent into another state; with contacts in hand it says that it will wait for them. */
export function ForceStateWindow({
  agent,
  name,
  onClose,
}: {
  agent: AgentRow;
  name: string;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation(['supervise', 'common']);
  const reasons = useQuery(reasonsQuery);
  // 'ready', or the id of a reason of Not ready.
  const [choice, setChoice] = useState(agent.state === 'ready' ? '' : 'ready');
  const inHand = agent.contacts?.length ?? 0;

  const choices = [
    { value: 'ready', label: t('common:state.ready') },
    ...(reasons.data?.items ?? [])
      .filter((one) => one.choosable)
      .map((one) => ({
        value: one.id,
        label: `${t('common:state.not_ready')}: ${one.name[i18n.language as 'ru'] ?? ''}`,
      })),
  ];
  const set = async () => {
    const ready = choice === 'ready';
    try {
      await forceState(agent.userId, ready ? 'ready' : 'not_ready', ready ? '' : choice);
      const label = choices.find((one) => one.value === choice)?.label ?? '';
      toast({ tone: 'good', title: t('force.done', { name }), text: t('force.doneText', { state: label }) });
      onClose();
    } catch (error) {
      failed(error);
    }
  };
  return (
    <DecisionWindow
      opened
      title={t('force.title', { name })}
      onClose={onClose}
      decisions={[
        { id: 'no', label: t('common:action.cancel'), onChoose: onClose },
        { id: 'set', label: t('force.set'), kind: 'main', onChoose: () => (choice ? set() : undefined) },
      ]}
    >
      <Radio.Group label={t('force.state')} value={choice} onChange={setChoice}>
        <Stack gap="sm" my="xs">
          {choices.map((one) => (
            <Radio key={one.value} value={one.value} label={one.label} />
          ))}
        </Stack>
      </Radio.Group>
      {inHand > 0 && <p>{t('force.inHand', { count: inHand })}</p>}
    </DecisionWindow>
  );
}
