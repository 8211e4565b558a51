import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayQuery } from '@/shared/api/day';
import { useLive } from '@/shared/live/live';
import { failed } from '@/shared/ui/failed';
import { type StateChoice, StatePicker } from '@/shared/ui/StatePicker';
import { chooseState, reasonsQuery } from '../api/state';

/** Seen when the menu is opened: not of the first load. */
const picturesQuery = queryOptions({
  queryKey: ['reason-pictures'],
  queryFn: () => import('./reasonIcons'),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Block 1 of the status bar: my state, the time in it, and what I may choose (D-1, S-5). */
export function StateBlock({ supervisor }: { supervisor: boolean }) {
  const { t, i18n } = useTranslation(['common', 'state']);
  const agent = useLive((live) => live.agent);
  const reasons = useQuery({ ...reasonsQuery, enabled: agent !== null });
  // What is left of a break matters while one chooses.
  const [opened, setOpened] = useState(false);
  const day = useQuery({ ...dayQuery, enabled: opened });
  const pictures = useQuery({ ...picturesQuery, enabled: agent !== null }).data;
  if (!agent) return null;

  const nameOf = (id: string) => {
    const reason = reasons.data?.items?.find((one) => one.id === id);
    return reason ? (reason.name[i18n.language] ?? reason.name.en ?? reason.name.ru ?? id) : '';
  };
  const leftOf = (reason: { id: string; dailyMinutes: number }) => {
    if (!reason.dailyMinutes) return {};
    const used = day.data?.reasons?.find((one) => one.reasonId === reason.id)?.usedMs ?? 0;
    const left = reason.dailyMinutes - Math.floor(used / 60_000);
    const over = used > reason.dailyMinutes * 60_000;
    return { over, note: t(over ? 'state:over' : 'state:left', { minutes: Math.abs(left) }) };
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
        icon: pictures?.reasonIcon(reason.icon),
        ...leftOf(reason),
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
      onOpened={setOpened}
    />
  );
}
