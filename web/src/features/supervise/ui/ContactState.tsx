import { IconClock, IconPlayerPause } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/shared/live/figures';
import type { State } from '@/shared/ui/StateIcon';
import { StatusChip } from '@/shared/ui/StatusChip';
import classes from './supervise.module.css';

const looks: Record<string, State> = {
  offered: 'ringing',
  active: 'busy',
  ended: 'wrapup',
  parked: 'not_ready',
};
const STATES = ['waiting', 'offered', 'active', 'held', 'ended', 'parked'] as const;

/** The state with hold told apart from talk, and since when it is so. What is set aside and nobody's waits: a mail in its team's queue. */
export function stateOf({ state, agentId, heldAt, sinceAt }: Contact): { state: string; since: number } {
  if (state === 'parked' && !agentId) return { state: 'waiting', since: sinceAt };
  return state === 'active' && heldAt > 0 ? { state: 'held', since: heldAt } : { state, since: sinceAt };
}

/** A contact's state: waits, is offered, in hand, on hold, being finished. */
export function ContactState({ state }: { state: string }) {
  const word = useContactState()(state);
  const look = looks[state];
  if (look) return <StatusChip state={look} label={word} />;
  return (
    <span className={classes.waiting}>
      {state === 'held' ? (
        <IconPlayerPause size={14} stroke={2} aria-hidden />
      ) : (
        <IconClock size={14} stroke={2} aria-hidden />
      )}
      {word}
    </span>
  );
}

/** The word of a contact's state. */
export function useContactState(): (state: string) => string {
  const { t } = useTranslation('supervise');
  return (state) => {
    const known = STATES.find((one) => one === state);
    return known ? t(`contact.${known}`) : state;
  };
}
