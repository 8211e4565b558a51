import { ActionIcon, Loader } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import type { Conversation, Message } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { ChatDivider } from '@/shared/ui/chat/ChatDivider';
import type { Outgoing } from '../api/outbox';
import classes from './chat.module.css';
import { MessageLine } from './MessageLine';
import { OutgoingLine } from './OutgoingLine';
import { Picture, type Shown } from './Picture';
import { TypingLine } from './TypingLine';
import { useLines } from './useLines';

interface MessagesProps {
  conversationId: string;
  conversation?: Conversation;
  messages: Message[];
  outgoing: Outgoing[];
  customer: string;
  typing?: { text?: string; until: number };
}

const DAY = { day: 'numeric', month: 'long' } as const;

/** All that was said, the oldest on top; earlier ones come as one scrolls up. Only what is in sight is drawn. */
export const Messages = memo(function Messages({
  conversationId,
  conversation,
  messages,
  outgoing,
  customer,
  typing,
}: MessagesProps) {
  const { t, i18n } = useTranslation(['chat', 'common']);
  const me = useLive((live) => live.agent?.userId ?? '');
  const [picture, setPicture] = useState<Shown | null>(null);
  const lines = useLines(conversationId, messages, outgoing);
  const day = dateFormat(i18n.language, DAY);

  const draw = (index: number) => {
    const message = messages[index];
    if (!message) {
      const item = outgoing[index - messages.length];
      return item && <OutgoingLine item={item} />;
    }
    const before = messages[index - 1];
    const today = day.format(message.at);
    return (
      <>
        {before && day.format(before.at) !== today && <ChatDivider>{today}</ChatDivider>}
        {index === 0 && message.beforeAgent && <ChatDivider>{t('common:chat.before')}</ChatDivider>}
        <MessageLine
          message={message}
          before={before}
          conversation={conversation}
          me={me}
          customer={customer}
          onOpen={setPicture}
        />
      </>
    );
  };

  return (
    <div className={classes.place}>
      <div
        ref={lines.box}
        className={classes.messages}
        onScroll={lines.onScroll}
        role="log"
        // While one reads what was said earlier, lines that come into sight are no news.
        aria-live={lines.away ? 'off' : undefined}
        aria-label={t('common:chat.message')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <div className={classes.lines} style={{ height: lines.height }}>
          {lines.shown.map((line) => (
            <div
              key={line.key}
              ref={lines.measure}
              data-index={line.index}
              data-n={messages[line.index]?.n}
              className={classes.line}
              style={{ transform: `translateY(${line.start}px)` }}
            >
              {draw(line.index)}
            </div>
          ))}
        </div>
      </div>
      {typing && <TypingLine name={customer || t('customer')} text={typing.text} until={typing.until} />}
      {lines.loading && <Loader size="xs" className={classes.loader} aria-label={t('common:loading')} />}
      {lines.away && (
        <ActionIcon
          className={classes.down}
          variant="default"
          radius="xl"
          aria-label={t('toEnd')}
          onClick={lines.toEnd}
        >
          <IconArrowDown size={16} aria-hidden />
        </ActionIcon>
      )}
      <Picture shown={picture} onClose={() => setPicture(null)} />
    </div>
  );
});
