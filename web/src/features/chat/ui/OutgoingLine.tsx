import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { ChatBubble } from '@/shared/ui/chat/ChatBubble';
import { FileThumb } from '@/shared/ui/chat/FileThumb';
import { useErrorWords } from '@/shared/ui/errorWords';
import { drop, type Outgoing, sendAgain } from '../api/outbox';
import classes from './chat.module.css';

/** What was sent a moment ago and is not confirmed, or was refused. */
export function OutgoingLine({ item }: { item: Outgoing }) {
  const { t } = useTranslation(['chat', 'common']);
  const words = useErrorWords();
  const refused = item.error instanceof ApiError;
  const why = item.error
    ? (refused && (item.error as ApiError).problem.detail) || words(item.error).what
    : undefined;
  return (
    <>
      <ChatBubble
        side="ours"
        text={item.text}
        at={item.at}
        delivery={item.error ? 'failed' : 'sending'}
        onRetry={item.file && refused ? undefined : () => sendAgain(item.clientId)}
      >
        {item.file && (
          <FileThumb
            name={item.file.name}
            size={item.file.size}
            type={item.file.type}
            progress={item.error ? undefined : item.progress}
            error={why}
          />
        )}
      </ChatBubble>
      {item.error !== undefined && (
        <div className={classes.refused} role="alert">
          {!item.file && <span>{why}</span>}
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => drop(item.clientId)}>
            {t('common:action.delete')}
          </Button>
        </div>
      )}
    </>
  );
}
