import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isNewMail, type Segment } from '@/shared/live/entities';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import type { Action } from '@/shared/ui/actions/action';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { Timer } from '@/shared/ui/Timer';
import classes from './interactions.module.css';

interface InteractionBlockProps {
  segment: Segment;
  actions: Action[];
  /** Stands in Wrap-up. */
  outcome?: ReactNode;
  /** Instead of plain buttons, where a kind of contact has its own. */
  controls?: ReactNode;
}

/** Block 2 of the status bar: who is in focus, and the controls (D-2). */
export function InteractionBlock({ segment, actions, outcome, controls }: InteractionBlockProps) {
  const { t } = useTranslation('interactions');
  const { name, phone, email, segment: status } = segment.customer;
  const voice = segment.kind === 'voice';
  const ended = segment.state === 'ended';
  return (
    <>
      <span className={classes.who}>
        <KindIcon kind={kindOf(segment.kind, segment.direction)} state={ended ? 'wrapup' : 'busy'} />
        <span className={classes.whoName} title={name}>
          {name || phone || email || t(isNewMail(segment) ? 'newMail' : 'unknown')}
        </span>
        {voice && name && phone && <span className={`${classes.soft} num`}>{phone}</span>}
        {status && <span className={classes.soft}>{status}</span>}
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
