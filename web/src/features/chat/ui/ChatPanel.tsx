import { IconMessage } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message, Segment } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { useActions } from '@/shared/ui/actions/registry';
import { Composer } from '@/shared/ui/chat/Composer';
import { setDraft, useDraft } from '../api/drafts';
import { sendFile, sendText, useOutbox } from '../api/outbox';
import { useReading, useTypingNotice } from '../api/reading';
import { ChatHead } from './ChatHead';
import classes from './chat.module.css';
import { EmojiPicker } from './EmojiPicker';
import { Messages } from './Messages';

const NONE: Message[] = [];

/** The conversation of the row in focus, under the rows (C-4). Mount with the conversation's id as key. */
export function ChatPanel({ segment }: { segment: Segment }) {
  const { t } = useTranslation(['chat', 'common']);
  const id = segment.conversationId ?? '';
  const conversation = useLive((live) => live.conversations[id]);
  const messages = useLive((live) => live.messages[id]) ?? NONE;
  const typing = useLive((live) => live.typing[id]);
  const online = useLive((live) => live.connection !== 'offline' && live.connection !== 'stopped');
  const all = useOutbox((box) => box.items);
  const outgoing = useMemo(
    () =>
      all.filter(
        (one) => one.conversationId === id && !messages.some((known) => known.clientId === one.clientId),
      ),
    [all, id, messages],
  );
  const draft = useDraft(id);
  const notice = useTypingNotice(id);
  const field = useRef<HTMLTextAreaElement>(null);
  const active = segment.state === 'active';
  useReading(conversation, messages.at(-1)?.n ?? 0, active);
  // Whoever has the keyboard keeps it; after the click that accepted, nobody has.
  useEffect(() => {
    if (document.activeElement === document.body) field.current?.focus();
  }, []);
  useActions(
    useMemo(
      () => [
        {
          id: 'chat.write',
          label: t('write'),
          icon: IconMessage,
          shortcut: 'Alt+KeyM',
          group: t('conversation'),
          allowed: active,
          perform: () => field.current?.focus(),
        },
      ],
      [active, t],
    ),
  );

  const write = (text: string) => {
    setDraft(id, text);
    notice(text.trim() !== '');
  };
  const send = () => {
    const text = draft.trim();
    if (!text || !online) return;
    sendText(id, text);
    setDraft(id, '');
    notice(false);
  };
  const attach = (files: File[]) => {
    for (const file of files) sendFile(id, file);
  };
  const insert = (text: string) => {
    const at = field.current;
    const from = at?.selectionStart ?? draft.length;
    write(draft.slice(0, from) + text + draft.slice(at?.selectionEnd ?? from));
    at?.focus();
    requestAnimationFrame(() => at?.setSelectionRange(from + text.length, from + text.length));
  };

  return (
    <section className={classes.panel} aria-label={t('conversation')}>
      <ChatHead segment={segment} conversation={conversation} />
      <Messages
        conversationId={id}
        conversation={conversation}
        messages={messages}
        outgoing={outgoing}
        customer={segment.customer.name}
        typing={active ? typing : undefined}
      />
      {active && (
        <Composer
          value={draft}
          onChange={write}
          onSend={send}
          held={online ? undefined : t('common:connection.offline')}
          onFiles={online ? attach : undefined}
          fieldRef={field}
          tools={<EmojiPicker onPick={insert} />}
        />
      )}
    </section>
  );
}
