import { useBlocker } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { DecisionWindow } from '../DecisionWindow';
import { useErrorWords } from '../errorWords';
import type { EntityFormControl } from './useEntityForm';

export interface LeaveWindowProps {
  dirty: boolean;
  /** The panel is being closed, as opposed to the page being left. */
  asking: boolean;
  onStay: () => void;
  onLeave: () => void;
}

/**
 * Asks before changes are lost: by closing the panel, by going to another page,
 * by closing the browser (which asks in its own words). What is opened stands in
 * the path, so a table's filter in the address does not ask.
 */
export function LeaveWindow({ dirty, asking, onStay, onLeave }: LeaveWindowProps) {
  const { t } = useTranslation();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  const leaving = blocker.status === 'blocked';
  const stay = () => {
    onStay();
    blocker.reset?.();
  };
  return (
    <DecisionWindow
      opened={asking || leaving}
      title={t('form.leaveTitle')}
      onClose={stay}
      decisions={[
        { id: 'leave', label: t('form.leave'), kind: 'plain', onChoose: leaving ? blocker.proceed : onLeave },
        { id: 'stay', label: t('form.stay'), kind: 'main', onChoose: stay },
      ]}
    >
      {t('form.leaveText')}
    </DecisionWindow>
  );
}

export interface ConflictWindowProps<V extends Record<string, unknown>> {
  control: EntityFormControl<V>;
  labels: Partial<Record<keyof V & string, string>>;
  mine: V;
  theirs: V | undefined;
}

/** PAR-0003: two people edited the same; the second one sees where they differ, and decides. */
export function ConflictWindow<V extends Record<string, unknown>>({
  control,
  labels,
  mine,
  theirs,
}: ConflictWindowProps<V>) {
  const { t } = useTranslation();
  const words = useErrorWords()('PAR-0003');
  const fields = Object.keys(mine).filter(
    (key) => theirs && JSON.stringify(mine[key]) !== JSON.stringify(theirs[key]),
  );
  return (
    <DecisionWindow
      opened={theirs !== undefined}
      title={words.what}
      code={words.code}
      decisions={[
        { id: 'theirs', label: t('form.conflictTheirs'), kind: 'plain', onChoose: control.takeTheirs },
        { id: 'mine', label: t('form.conflictMine'), kind: 'main', onChoose: control.keepMine },
      ]}
    >
      <p>
        {words.means} {words.todo}
      </p>
      <ul>
        {fields.map((field) => (
          <li key={field}>{labels[field] ?? field}</li>
        ))}
      </ul>
    </DecisionWindow>
  );
}
