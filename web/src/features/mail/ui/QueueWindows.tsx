import type { ReactNode } from 'react';
import type { Disposition } from '../api/queue';
import { DeleteWindow } from './DeleteWindow';
import { DisposeWindow } from './DisposeWindow';

interface QueueWindowsProps {
  /** How many mails it is about. */
  count: number;
  assigning: ReactNode;
  deleting: boolean;
  onKept: () => void;
  onDelete: () => Promise<void>;
  disposition?: Disposition;
  onUnasked: () => void;
  /** The question before a disposition is off the screen. */
  onGone: () => void;
  onDispose: (disposition: Disposition, comment: string) => Promise<void>;
}

/** What is asked before something happens to the mails chosen: to whom, whether into the bin, with which comment. */
export function QueueWindows(props: QueueWindowsProps) {
  const { count, assigning, deleting, onKept, onDelete, disposition, onUnasked, onGone, onDispose } = props;
  return (
    <>
      {assigning}
      <DeleteWindow
        opened={deleting}
        count={count}
        onClose={onKept}
        onDelete={async () => {
          await onDelete();
          onKept();
        }}
      />
      <DisposeWindow
        disposition={disposition}
        count={count}
        onClose={onUnasked}
        onGone={onGone}
        onChoose={async (chosen, comment) => {
          await onDispose(chosen, comment);
          onUnasked();
        }}
      />
    </>
  );
}
