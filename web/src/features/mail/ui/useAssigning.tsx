import { IconUserShare } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Action } from '@/shared/ui/actions/action';
import type { QueueOwner } from '../api/queue';
import { AssignWindow } from './AssignWindow';

interface Input {
  /** Somebody who may, in a queue where it is possible. */
  on: boolean;
  /** Mails are chosen and nothing is under way. */
  ready: boolean;
  count: number;
  /** Who has them already. */
  without: string;
  onGone: () => void;
  onChoose: (person: QueueOwner) => Promise<void>;
}

/** «Назначить…»: the action and the window it opens. */
export function useAssigning(input: Input): { action?: Action; window: ReactNode } {
  const { on, ready, count, without, onGone, onChoose } = input;
  const { t } = useTranslation('mail');
  const [opened, setOpened] = useState(false);
  if (!on) return { window: null };
  const action: Action = {
    id: 'mails.assign',
    label: t('assign.action'),
    icon: IconUserShare,
    shortcut: 'Alt+Shift+KeyA',
    group: t('act.group'),
    allowed: ready,
    reason: count === 0 ? t('act.chooseFirst') : undefined,
    perform: () => setOpened(true),
  };
  const window = (
    <AssignWindow
      opened={opened}
      count={count}
      without={without}
      onClose={() => setOpened(false)}
      onGone={onGone}
      onChoose={async (person) => {
        await onChoose(person);
        setOpened(false);
      }}
    />
  );
  return { action, window };
}
