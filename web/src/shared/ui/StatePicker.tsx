import { Menu } from '@mantine/core';
import { type Icon, IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './State.module.css';
import { type State, StateIcon, stateIcons } from './StateIcon';
import { Timer } from './Timer';

export interface StateChoice {
  id: string;
  state: State;
  /** The word of the state, or the reason's name. */
  label: string;
  /** Quiet text at the right: what is left of the break. */
  note?: string;
  /** The note says that something is used up. */
  over?: boolean;
  icon?: Icon;
  onChoose: () => void;
}

export interface StatePickerProps {
  state: State;
  label?: string;
  since: number;
  /** Counts down to this server time instead of up: the end of Wrap-up. */
  until?: number;
  /** Chosen already, but waits for the last contact to end. */
  pending?: string;
  choices: StateChoice[];
  /** The choice is shown, or no longer. */
  onOpened?: (opened: boolean) => void;
}

/** Block 1 of the status bar: the state with the time in it; a click opens the choice (D-1). */
export function StatePicker({ state, label, since, until, pending, choices, onOpened }: StatePickerProps) {
  const { t } = useTranslation();
  const Sign = stateIcons[state];
  return (
    <Menu position="bottom-start" width={260} disabled={choices.length === 0} onChange={onOpened}>
      <Menu.Target>
        <button
          type="button"
          className={`${classes.chip} ${classes.picker}`}
          data-state={state}
          data-size="l"
          disabled={choices.length === 0}
          title={t('state.choose')}
        >
          <Sign size={16} stroke={2} aria-hidden />
          {label ?? t(`state.${state}`)}
          <Timer since={since} until={until} />
          {pending && <span className={classes.soft}>{t('state.pending', { state: pending })}</span>}
          {choices.length > 0 && <IconChevronDown size={14} aria-hidden />}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map((choice) => (
          <Menu.Item
            key={choice.id}
            leftSection={<StateIcon state={choice.state} icon={choice.icon} />}
            rightSection={
              choice.note && (
                <span className={`${classes.soft} num`} data-over={choice.over || undefined}>
                  {choice.note}
                </span>
              )
            }
            onClick={choice.onChoose}
          >
            {choice.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
