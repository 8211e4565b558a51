import { Popover } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import type { Action } from '@/shared/ui/actions/action';
import classes from './call.module.css';
import { Keypad } from './Keypad';
import { type Place, useKeypad } from './useCallActions';

interface CallControlsProps {
  segment: Segment;
  /** In the order in which they stand; ending comes last. */
  actions: Action[];
  place: Place;
}

/** The buttons of a call, as high as a finger likes them. */
export function CallControls({ segment, actions, place }: CallControlsProps) {
  const { t } = useTranslation('call');
  const shown = actions.filter((action) => action.allowed || action.id === 'segment.end');
  return (
    <div className={classes.controls} role="toolbar" aria-label={t('controls')} data-place={place}>
      {shown.map((action) =>
        action.id === 'call.keypad' ? (
          <KeypadButton key={action.id} segment={segment} action={action} place={place} />
        ) : (
          <ActionButton key={action.id} action={action} compact size="md" main={action.danger} />
        ),
      )}
    </div>
  );
}

const close = () => useKeypad.setState({ place: null });

function KeypadButton({ segment, action, place }: { segment: Segment; action: Action; place: Place }) {
  const opened = useKeypad((keypad) => keypad.place === place);
  useEffect(() => close, []); // the next call begins without it
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && close()}
      position={place === 'bar' ? 'bottom-start' : 'bottom'}
      trapFocus
      returnFocus
      withinPortal
      withRoles={false} // the button tells its state itself
    >
      <Popover.Target>
        <span className={classes.anchor}>
          <ActionButton
            action={{ ...action, perform: () => useKeypad.setState({ place: opened ? null : place }) }}
            compact
            size="md"
            pressed={opened}
          />
        </span>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown}>
        <Keypad key={segment.id} segmentId={segment.id} />
      </Popover.Dropdown>
    </Popover>
  );
}
