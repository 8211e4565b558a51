import { ActiveList } from '@/features/interactions/ui/ActiveList';
import { Recent } from '@/features/recent/ui/Recent';
import type { Segment } from '@/shared/live/entities';
import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';
import { ListColumn } from '@/shared/ui/shell/ListColumn';

const ChatPanel = later(
  () => import('@/features/chat/ui/ChatPanel').then((file) => file.ChatPanel),
  <LoadingState />,
);
const OutcomePanel = later(() =>
  import('@/features/outcome/ui/OutcomePanel').then((file) => file.OutcomePanel),
);

/** The list column: rows, and below them the conversation in focus (decision 14) or the recent contacts. */
export function List({ focused }: { focused?: Segment }) {
  const chat = focused?.conversationId !== undefined;
  return (
    <ListColumn chat={chat}>
      <ActiveList fill={false} />
      {focused ? (
        <>
          {chat && <ChatPanel key={focused.id} segment={focused} />}
          <OutcomePanel key={`outcome-${focused.id}`} segment={focused} />
        </>
      ) : (
        <Recent />
      )}
    </ListColumn>
  );
}
