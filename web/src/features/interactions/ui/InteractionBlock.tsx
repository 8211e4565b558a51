import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import { useActions } from '@/shared/ui/actions/registry';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import classes from './interactions.module.css';
import { useSegmentActions } from './useSegmentActions';

/** Block 2 of the status bar: who is in focus, and the controls (D-2). `outcome` stands in Wrap-up. */
export function InteractionBlock({ segment, outcome }: { segment: Segment; outcome?: ReactNode }) {
  const { t } = useTranslation('interactions');
  const actions = useSegmentActions(segment);
  useActions(actions);
  const { name, phone, email, segment: status } = segment.customer;
  const ended = segment.state === 'ended';
  return (
    <>
      <span className={classes.who}>
        <KindIcon kind={kindOf(segment.kind, segment.direction)} state={ended ? 'wrapup' : 'busy'} />
        <span className={classes.whoName} title={name}>
          {name || phone || email || t('unknown')}
        </span>
        {status && <span className={classes.soft}>{status}</span>}
      </span>
      {ended ? (
        outcome
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
