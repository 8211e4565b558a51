import { IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { State } from '@/shared/ui/StateIcon';
import { StatusChip } from '@/shared/ui/StatusChip';
import classes from './supervise.module.css';

const looks: Record<string, State> = {
  offered: 'ringing',
  active: 'busy',
  ended: 'wrapup',
  parked: 'not_ready',
};
const STATES = ['waiting', 'offered', 'active', 'ended', 'parked'] as const;

/** A contact's state: waits, is offered, in hand, being finished. */
export function ContactState({ state }: { state: string }) {
  const word = useContactState()(state);
  const look = looks[state];
  if (look) return <StatusChip state={look} label={word} />;
  return (
    <span className={classes.waiting}>
      <IconClock size={14} stroke={2} aria-hidden /> {word}
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
