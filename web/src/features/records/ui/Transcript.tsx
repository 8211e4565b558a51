import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ChatBubble, type ChatBubbleProps } from '@/shared/ui/chat/ChatBubble';
import { FileThumb } from '@/shared/ui/chat/FileThumb';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { type Message, transcriptQuery } from '../api/records';
import classes from './records.module.css';

const EVENTS = ['joined', 'left', 'transferred', 'queued', 'returned', 'ended', 'idle_closed'] as const;

/** What was written in a conversation, as both sides saw it, colleagues' whispers included. */
export function Transcript({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation('records');
  const pages = useInfiniteQuery(transcriptQuery(conversationId));
  if (pages.error) return <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />;
  if (pages.isPending) return <LoadingState rows={6} />;
  const messages = [...pages.data.pages].reverse().flatMap((page) => page.items ?? []);
  if (messages.length === 0) return <EmptyState title={t('panel.noTranscript')} />;
  return (
    <div className={classes.transcript} role="log" aria-label={t('panel.transcript')}>
      {pages.hasNextPage && (
        <Button
          variant="default"
          size="compact-sm"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t('panel.earlier')}
        </Button>
      )}
      {messages.map((message) => (
        <Said key={message.id} message={message} />
      ))}
    </div>
  );
}

function Said({ message }: { message: Message }) {
  const { t } = useTranslation('records');
  const kind = message.author.kind;
  const author = message.author.name || (kind === 'agent' ? '' : t(`author.${kind}`));
  const file = message.file;
  return (
    <ChatBubble
      side={sideOf(message)}
      author={author}
      text={message.kind === 'event' ? eventText(t, message) : message.text}
      at={message.at}
      before={message.beforeAgent}
      whispered={message.scope === 'agents'}
    >
      {file && (
        <FileThumb name={file.name} size={file.size} type={file.type} href={`/api/files/${file.id}`} />
      )}
    </ChatBubble>
  );
}

function sideOf(message: Message): ChatBubbleProps['side'] {
  if (message.kind === 'event') return 'event';
  if (message.author.kind === 'customer') return 'customer';
  return message.author.kind === 'agent' && !message.automatic ? 'ours' : 'automatic';
}

function eventText(t: ReturnType<typeof useTranslation<'records'>>['t'], message: Message): string {
  if (message.text) return message.text;
  const code = message.event?.code ?? '';
  const known = EVENTS.find((one) => one === code);
  if (!known) return t('event.other', { code });
  const args = message.event?.args ?? {};
  return t(`event.${known}`, { name: args.name || args.service || '' });
}
