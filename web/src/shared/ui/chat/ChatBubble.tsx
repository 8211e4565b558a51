import { Button } from '@mantine/core';
import { IconAlertCircle, IconCheck, IconChecks, IconClock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import { linkParts } from '@/shared/lib/links';
import classes from './ChatBubble.module.css';

export type Delivery = 'sending' | 'failed' | 'sent' | 'delivered' | 'read';

export interface ChatBubbleProps {
  /** `ours` stands right: me and, lighter, colleagues. `event` is a line without a bubble. */
  side: 'customer' | 'ours' | 'colleague' | 'automatic' | 'event';
  author?: string;
  text?: string;
  /** Unix ms. */
  at: number;
  delivery?: Delivery;
  /** Said before the agent joined: on grey. */
  before?: boolean;
  /** Written for colleagues only. */
  whispered?: boolean;
  /** Follows another one of the same author closely: the name is not repeated. */
  joined?: boolean;
  onRetry?: () => void;
  /** A file instead of or below the text. */
  children?: ReactNode;
}

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

/** One message of a conversation. */
export function ChatBubble(props: ChatBubbleProps) {
  const { side, author, text, at, before, whispered, joined, children } = props;
  const { t, i18n } = useTranslation();
  const time = dateFormat(i18n.language, CLOCK).format(at);
  if (side === 'event') {
    return (
      <p className={classes.event}>
        {text} <time className="num">{time}</time>
      </p>
    );
  }
  const mark = side === 'automatic' ? t('chat.automatic') : whispered ? t('chat.onlyAgents') : undefined;
  return (
    <div
      className={classes.line}
      data-side={side}
      data-before={before || undefined}
      data-whispered={whispered || undefined}
      data-joined={joined || undefined}
    >
      {!joined && (author || mark) && (
        <div className={classes.author}>
          {author} {mark && <span className={classes.mark}>{mark}</span>}
        </div>
      )}
      <div className={classes.bubble}>
        {text && <Text text={text} />}
        {children}
        <span className={classes.meta}>
          <time dateTime={new Date(at).toISOString()} className="num">
            {time}
          </time>
          {props.delivery && <DeliveryMark delivery={props.delivery} />}
        </span>
      </div>
      {props.delivery === 'failed' && (
        <div className={classes.failed}>
          <IconAlertCircle size={14} aria-hidden /> {t('chat.notSent')}
          {props.onRetry && (
            <Button size="compact-xs" variant="subtle" onClick={props.onRetry}>
              {t('action.retry')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function Text({ text }: { text: string }) {
  return (
    <span className={classes.text}>
      {linkParts(text).map((part) =>
        part.href ? (
          <a key={part.at} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </span>
  );
}

function DeliveryMark({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  if (delivery === 'failed') return null;
  const marks = { sending: IconClock, sent: IconCheck, delivered: IconChecks, read: IconChecks };
  const Sign = marks[delivery];
  return (
    <span
      role="img"
      aria-label={t(`chat.${delivery}`)}
      title={t(`chat.${delivery}`)}
      data-read={delivery === 'read'}
    >
      <Sign size={14} aria-hidden />
    </span>
  );
}
