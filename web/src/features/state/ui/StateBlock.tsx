import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/shared/live/live';
import { failed } from '@/shared/ui/failed';
import { type StateChoice, StatePicker } from '@/shared/ui/StatePicker';
import { chooseState, reasonsQuery } from '../api/state';

/** Block 1 of the status bar: my state, the time in it, and what I may choose (D-1, S-5). */
export function StateBlock({ supervisor }: { supervisor: boolean }) {
  const { t, i18n } = useTranslation(['common', 'state']);
  const agent = useLive((live) => live.agent);
  const reasons = useQuery({ ...reasonsQuery, enabled: agent !== null });
  if (!agent) return null;

  const nameOf = (id: string) => {
    const reason = reasons.data?.items?.find((one) => one.id === id);
    return reason ? (reason.name[i18n.language] ?? reason.name.en ?? reason.name.ru ?? id) : '';
  };
  const choose = (state: 'ready' | 'not_ready' | 'supervising', reasonId = '') =>
    void chooseState(state, reasonId).catch(failed);

  const choices: StateChoice[] = [];
  if (agent.abilities.includes('state.ready'))
    choices.push({ id: 'ready', state: 'ready', label: t('state.ready'), onChoose: () => choose('ready') });
  if (agent.abilities.includes('state.not_ready')) {
    for (const reason of reasons.data?.items ?? []) {
      if (!reason.choosable) continue;
      choices.push({
        id: reason.id,
        state: 'not_ready',
        label: nameOf(reason.id),
        note: reason.dailyMinutes ? t('state:limit', { minutes: reason.dailyMinutes }) : undefined,
        onChoose: () => choose('not_ready', reason.id),
      });
    }
  }
  if (supervisor && agent.state !== 'supervising')
    choices.push({
      id: 'supervising',
      state: 'supervising',
      label: t('state:supervising'),
      onChoose: () => choose('supervising'),
    });

  const reason = agent.state === 'not_ready' ? nameOf(agent.reasonId) : '';
  const pending = agent.pending
    ? agent.pending.reasonId
      ? nameOf(agent.pending.reasonId)
      : t(`state.${agent.pending.state}`)
    : undefined;
  return (
    <StatePicker
      state={agent.state}
      label={reason ? t('state:reason', { reason }) : undefined}
      since={agent.since}
      until={agent.state === 'wrapup' && agent.wrapupUntil ? agent.wrapupUntil : undefined}
      pending={pending}
      choices={choices}
    />
  );
}
