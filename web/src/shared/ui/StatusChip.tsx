import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './State.module.css';
import { type State, stateIcons } from './StateIcon';
import { Timer } from './Timer';

export interface StatusChipProps {
  state: State;
  /** Instead of the state's own word: the reason of Not ready, «Reserved». */
  label?: string;
  /** Server time the state began; shows the time in it. */
  since?: number;
  size?: 'm' | 'l';
  children?: ReactNode;
}

/** An agent's or a contact's state: colour, picture, word and time, never colour alone. */
export function StatusChip({ state, label, since, size = 'm', children }: StatusChipProps) {
  const { t } = useTranslation();
  const Sign = stateIcons[state];
  return (
    <span className={classes.chip} data-state={state} data-size={size}>
      <Sign size={size === 'l' ? 16 : 14} stroke={2} aria-hidden />
      {label ?? t(`state.${state}`)}
      {since !== undefined && <Timer since={since} />}
      {children}
    </span>
  );
}
