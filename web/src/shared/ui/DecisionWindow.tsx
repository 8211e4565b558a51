import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './DecisionWindow.module.css';
import { type Args, useErrorWords } from './errorWords';
import { Window } from './Window';

export interface Decision {
  id: string;
  label: string;
  /** The one that Enter takes; `danger` for what cannot be undone. */
  kind?: 'main' | 'danger' | 'plain';
  /** The window stays, with the button busy, until it is done. */
  onChoose: () => unknown;
}

export interface DecisionWindowProps {
  opened: boolean;
  title: string;
  children?: ReactNode;
  code?: string;
  decisions: Decision[];
  /** Esc, ✕ and a click beside it. Leave out when a decision must be taken. */
  onClose?: () => void;
  /** It is off the screen. */
  onGone?: () => void;
}

/** A window for what needs a decision. Main choice at the right, as in every window of Parley. */
export function DecisionWindow(props: DecisionWindowProps) {
  const { opened, title, children, code, decisions, onClose, onGone } = props;
  const { t } = useTranslation();
  const [busy, setBusy] = useState<string | null>(null);
  const choose = async (decision: Decision) => {
    setBusy(decision.id);
    try {
      await decision.onChoose();
    } finally {
      setBusy(null);
    }
  };
  return (
    <Window
      opened={opened}
      onClose={onClose ?? (() => {})}
      withCloseButton={onClose !== undefined}
      closeOnEscape={onClose !== undefined}
      closeOnClickOutside={onClose !== undefined}
      closeButtonProps={{ 'aria-label': t('action.close') }}
      onExitTransitionEnd={onGone}
      title={title}
      size="27rem"
    >
      <div className={classes.text}>{children}</div>
      <div className={classes.foot}>
        {code && <span className={classes.code}>{code}</span>}
        {decisions.map((decision) => (
          <Button
            key={decision.id}
            variant={decision.kind === 'main' || decision.kind === 'danger' ? 'filled' : 'default'}
            color={decision.kind === 'danger' ? 'red' : undefined}
            data-autofocus={decision.kind === 'main' || undefined}
            loading={busy === decision.id}
            disabled={busy !== null && busy !== decision.id}
            onClick={() => void choose(decision)}
          >
            {decision.label}
          </Button>
        ))}
      </div>
    </Window>
  );
}

/** The window of a code that only wants to be read: what happened, what it means, what to do. */
export function CodeWindow({
  error,
  args,
  opened,
  onClose,
}: {
  error: unknown;
  args?: Args;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const words = useErrorWords()(error, args);
  return (
    <DecisionWindow
      opened={opened}
      title={words.what}
      code={words.code}
      onClose={onClose}
      decisions={[{ id: 'ok', label: t('action.ok'), kind: 'main', onChoose: onClose }]}
    >
      <p>{words.means}</p>
      <p>{words.todo}</p>
    </DecisionWindow>
  );
}
