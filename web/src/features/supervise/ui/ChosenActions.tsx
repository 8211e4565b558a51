import { ActionButton } from '@/shared/ui/actions/ActionButton';
import type { Action } from '@/shared/ui/actions/action';

/** The commands of the row that is chosen, as buttons above its table. */
export function ChosenActions({ actions, label }: { actions: Action[]; label: string }) {
  if (actions.length === 0) return null;
  return (
    <fieldset style={{ display: 'contents' }} aria-label={label}>
      {actions.map((action) => (
        <ActionButton key={action.id} action={{ ...action, danger: false }} />
      ))}
    </fieldset>
  );
}
