import type { ReactNode } from 'react';
import type { Segment } from '@/shared/live/entities';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import type { Action } from '@/shared/ui/actions/action';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { Timer } from '@/shared/ui/Timer';
import classes from './interactions.module.css';

interface InteractionBlockProps {
  segment: Segment;
  /** Who it is, with what can be done about them. */
  customer: ReactNode;
  actions: Action[];
  /** Stands in Wrap-up. */
  outcome?: ReactNode;
  /** Instead of plain buttons, where a kind of contact has its own. */
  controls?: ReactNode;
}

/** Block 2 of the status bar: who is in focus, and the controls (D-2). */
export function InteractionBlock({ segment, customer, actions, outcome, controls }: InteractionBlockProps) {
  const voice = segment.kind === 'voice';
  const ended = segment.state === 'ended';
  return (
    <>
      <span className={classes.who}>
        <KindIcon kind={kindOf(segment.kind, segment.direction)} state={ended ? 'wrapup' : 'busy'} />
        {customer}
        {voice && !ended && segment.acceptedAt > 0 && <Timer since={segment.acceptedAt} />}
      </span>
      {ended ? (
        outcome
      ) : controls ? (
        controls
      ) : (
        <span className={classes.controls}>
          {actions
            .filter((action) => action.id === 'segment.end' || action.allowed)
            .map((action) => (
              <ActionButton key={action.id} action={action} compact={action.id !== 'segment.end'} />
            ))}
        </span>
      )}
    </>
  );
}
