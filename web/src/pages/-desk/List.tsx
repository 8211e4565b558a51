import { ActiveList } from '@/features/interactions/ui/ActiveList';
import type { Segment } from '@/shared/live/entities';
import type { Action } from '@/shared/ui/actions/action';
import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';
import { ListColumn } from '@/shared/ui/shell/ListColumn';
import { CallArea } from './CallParts';
import { withWords } from './withWords';

const ChatPanel = later(
  () => import('@/features/chat/ui/ChatPanel').then((file) => file.ChatPanel),
  <LoadingState />,
);
const Below = later(
  () => withWords('recent', import('./Below')).then((file) => file.Below),
  <LoadingState rows={3} />,
);
const OutcomePanel = later(() =>
  import('@/features/outcome/ui/OutcomePanel').then((file) => file.OutcomePanel),
);

interface ListProps {
  focused?: Segment;
  actions: Action[];
  /** May call colleagues. */
  dials: boolean;
}

/** The list column: rows, and below them the conversation (decision 14) or the call in focus, or whom to call and the recent contacts. */
export function List({ focused, actions, dials }: ListProps) {
  const chat = focused?.conversationId !== undefined;
  return (
    <ListColumn chat={chat}>
      <ActiveList fill={false} />
      {focused ? (
        <>
          {chat && <ChatPanel key={focused.id} segment={focused} />}
          {focused.kind === 'voice' && focused.state === 'active' && (
            <CallArea key={`call-${focused.id}`} segment={focused} actions={actions} />
          )}
          {(focused.direction !== 'internal' || focused.serviceId) && (
            <OutcomePanel key={`outcome-${focused.id}`} segment={focused} />
          )}
        </>
      ) : (
        <Below dials={dials} />
      )}
    </ListColumn>
  );
}
