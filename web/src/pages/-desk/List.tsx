import { ChatPanel } from '@/features/chat/ui/ChatPanel';
import { ActiveList } from '@/features/interactions/ui/ActiveList';
import { OutcomePanel } from '@/features/outcome/ui/OutcomePanel';
import { Recent } from '@/features/recent/ui/Recent';
import type { Segment } from '@/shared/live/entities';
import { ListColumn } from '@/shared/ui/shell/ListColumn';

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
