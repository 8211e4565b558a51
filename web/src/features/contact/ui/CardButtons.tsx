import type { Segment } from '@/shared/live/entities';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import classes from './contact.module.css';
import { useCardActions } from './useCardActions';

const nowhere = () => undefined;

/** Under the customer in focus: make a card, add to one, or edit it. */
export function CardButtons({ segment }: { segment: Segment }) {
  const actions = useCardActions(segment, { onCard: nowhere });
  const shown = actions.filter((action) => action.allowed && action.id !== 'contact.open');
  if (shown.length === 0) return null;
  return (
    <div className={classes.buttons}>
      {shown.map((action) => (
        <ActionButton key={action.id} action={action} />
      ))}
    </div>
  );
}
