import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, Message } from '@/shared/live/entities';
import { ChatBubble, type ChatBubbleProps, type Delivery } from '@/shared/ui/chat/ChatBubble';
import { FileThumb } from '@/shared/ui/chat/FileThumb';
import type { Shown } from './Picture';
import { useEventWords } from './useEventWords';

interface MessageLineProps {
  message: Message;
  before?: Message;
  conversation?: Conversation;
  me: string;
  customer: string;
  onOpen: (picture: Shown) => void;
}

const TOGETHER = 120_000; // ms between two messages of one author under one name
const PICTURES = /^image\/(png|jpeg|gif|webp)$/;

/** One message as it stands in the conversation. */
export const MessageLine = memo(function MessageLine(props: MessageLineProps) {
  const { message, before, conversation, me, customer, onOpen } = props;
  const { t } = useTranslation('chat');
  const eventWords = useEventWords();
  if (message.kind === 'event') {
    return <ChatBubble side="event" text={eventWords(message)} at={message.at} />;
  }
  const side = sideOf(message, me);
  const file = message.file;
  const href = file && `/api/files/${file.id}`;
  const picture = file && PICTURES.test(file.type);
  return (
    <ChatBubble
      side={side}
      author={
        side === 'customer' ? customer || t('customer') : side === 'ours' ? undefined : message.author.name
      }
      text={message.text}
      at={message.at}
      before={message.beforeAgent}
      whispered={message.scope === 'agents'}
      joined={before !== undefined && together(before, message)}
      delivery={side === 'ours' && conversation ? deliveryOf(message, conversation) : undefined}
    >
      {file && href && (
        <FileThumb
          name={file.name}
          size={file.size}
          type={file.type}
          width={file.width}
          height={file.height}
          href={href}
          thumb={picture ? href : undefined}
          onOpen={picture ? () => onOpen({ href, name: file.name }) : undefined}
        />
      )}
    </ChatBubble>
  );
});

function sideOf(message: Message, me: string): ChatBubbleProps['side'] {
  if (message.author.kind === 'customer') return 'customer';
  if (message.author.kind !== 'agent' || message.automatic) return 'automatic';
  return message.author.id === me ? 'ours' : 'colleague';
}

function together(a: Message, b: Message): boolean {
  return (
    a.kind !== 'event' &&
    a.author.kind === b.author.kind &&
    a.author.id === b.author.id &&
    Boolean(a.automatic) === Boolean(b.automatic) &&
    a.beforeAgent === b.beforeAgent &&
    a.scope === b.scope &&
    b.at - a.at < TOGETHER
  );
}

function deliveryOf(message: Message, conversation: Conversation): Delivery {
  if (message.n <= conversation.customerReadN) return 'read';
  return message.n <= conversation.deliveredN ? 'delivered' : 'sent';
}
