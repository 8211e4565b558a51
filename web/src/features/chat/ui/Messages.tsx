import { ActionIcon, Loader } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, Message } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { ChatDivider } from '@/shared/ui/chat/ChatDivider';
import type { Outgoing } from '../api/outbox';
import classes from './chat.module.css';
import { MessageLine } from './MessageLine';
import { OutgoingLine } from './OutgoingLine';
import { Picture, type Shown } from './Picture';
import { TypingLine } from './TypingLine';
import { useScroll } from './useScroll';

interface MessagesProps {
  conversationId: string;
  conversation?: Conversation;
  messages: Message[];
  outgoing: Outgoing[];
  customer: string;
  typing?: { text?: string; until: number };
}

/** All that was said, the oldest on top; earlier ones come as one scrolls up. */
export function Messages({
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
  const scroll = useScroll(conversationId, messages, outgoing.length);
  const day = new Intl.DateTimeFormat(i18n.language, { day: 'numeric', month: 'long' });

  return (
    <div className={classes.place}>
      <div
        ref={scroll.ref}
        className={classes.messages}
        onScroll={scroll.onScroll}
        role="log"
        aria-label={t('common:chat.message')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {scroll.loading && <Loader size="xs" className={classes.loader} aria-label={t('common:loading')} />}
        {messages.map((message, at) => {
          const before = messages[at - 1];
          const today = day.format(message.at);
          return (
            <Fragment key={message.n}>
              {before && day.format(before.at) !== today && <ChatDivider>{today}</ChatDivider>}
              {at === 0 && message.beforeAgent && <ChatDivider>{t('common:chat.before')}</ChatDivider>}
              <MessageLine
                message={message}
                before={before}
                conversation={conversation}
                me={me}
                customer={customer}
                onOpen={setPicture}
              />
            </Fragment>
          );
        })}
        {outgoing.map((item) => (
          <OutgoingLine key={item.clientId} item={item} />
        ))}
        {typing && <TypingLine name={customer || t('customer')} text={typing.text} until={typing.until} />}
      </div>
      {scroll.away && (
        <ActionIcon
          className={classes.down}
          variant="default"
          radius="xl"
          aria-label={t('toEnd')}
          onClick={scroll.toEnd}
        >
          <IconArrowDown size={16} aria-hidden />
        </ActionIcon>
      )}
      <Picture shown={picture} onClose={() => setPicture(null)} />
    </div>
  );
}
