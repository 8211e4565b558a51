import {
  type Icon,
  IconBellRinging,
  IconCircleCheck,
  IconEyeCheck,
  IconHeadset,
  IconPencilCheck,
  IconPlayerPause,
  IconPower,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './State.module.css';

export type State = 'ready' | 'ringing' | 'busy' | 'wrapup' | 'not_ready' | 'supervising' | 'signed_out';

export const STATES: readonly State[] = [
  'ready',
  'ringing',
  'busy',
  'wrapup',
  'not_ready',
  'supervising',
  'signed_out',
];

export const stateIcons = {
  ready: IconCircleCheck,
  ringing: IconBellRinging,
  busy: IconHeadset,
  wrapup: IconPencilCheck,
  not_ready: IconPlayerPause,
  supervising: IconEyeCheck,
  signed_out: IconPower,
} as const;

interface StateIconProps {
  state: State;
  size?: number;
  label?: boolean;
  /** Of the reason, instead of the state's own. */
  icon?: Icon;
}

/** An agent's state as a picture in its colour, for rows where the word stands beside it or would not fit. */
export function StateIcon({ state, size = 16, label, icon }: StateIconProps) {
  const { t } = useTranslation();
  const Sign = icon ?? stateIcons[state];
  const said = label ? { role: 'img', 'aria-label': t(`state.${state}`) } : {};
  return (
    <span className={classes.icon} data-state={state} {...said}>
      <Sign size={size} stroke={1.8} aria-hidden />
    </span>
  );
}
