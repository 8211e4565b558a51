import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMessageQuestion, IconMicrophoneOff, IconPhoneEnd, IconPlayerPause } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow, useSecond } from '@/shared/lib/clock';
import { clockTime } from '@/shared/lib/format';
import { type Call, isNewMail, type Message, type Segment } from '@/shared/live/entities';
import { focusOn } from '@/shared/live/focus';
import { useLive } from '@/shared/live/live';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { Timer } from '@/shared/ui/Timer';
import classes from './interactions.module.css';
import { end } from './useSegmentActions';

/** One contact in hand: who, what was said last, how long, how much is unread (C-4, C-5). */
export function ActiveRow({ segment, focused }: { segment: Segment; focused: boolean }) {
  const { t } = useTranslation('interactions');
  const last = useLive((live) => lastSaid(live.messages[segment.conversationId ?? '']));
  const typing = useLive((live) => live.typing[segment.conversationId ?? ''] !== undefined);
  const call = useLive((live) => live.calls[segment.id]);
  const ended = segment.state === 'ended';
  const { customer } = segment;
  const name =
    customer.name ||
    customer.phone ||
    call?.number ||
    customer.email ||
    t(isNewMail(segment) ? 'newMail' : 'unknown');
  const number = customer.name && (customer.phone || call?.number);
  const mail = segment.kind === 'email' && subjectOf(segment);
  const about = last ?? (mail || number || segment.serviceName);
  const said = typing ? t('typing') : ended ? t('ended') : about;
  return (
    <li className={classes.item}>
      <button
        type="button"
        className={classes.row}
        data-row={segment.id}
        data-state={ended ? 'wrapup' : 'busy'}
        aria-current={focused || undefined}
        onClick={() => focusOn(segment.id)}
      >
        <KindIcon
          kind={kindOf(segment.kind, segment.direction)}
          state={ended ? 'wrapup' : 'busy'}
          size={20}
        />
        <span className={classes.words}>
          <span className={classes.name}>{name}</span>
          <span className={classes.said}>{said}</span>
        </span>
        <span className={classes.marks}>
          {ended ? (
            <span className={`${classes.soft} num`}>{clockTime(segment.endedAt - segment.acceptedAt)}</span>
          ) : (
            <Timer since={segment.acceptedAt} />
          )}
          <Unanswered segment={segment} />
          {call && !ended && <CallMarks call={call} />}
          {segment.unread > 0 && (
            <span
              className={`${classes.unread} num`}
              role="img"
              aria-label={t('unread', { count: segment.unread })}
            >
              {segment.unread}
            </span>
          )}
        </span>
        <AnswerBar segment={segment} />
      </button>
      {segment.kind === 'voice' && segment.abilities.includes('end') && <EndMark segment={segment} />}
    </li>
  );
}

/** On hold, or with the microphone off: seen in the row too, whichever call is in focus. */
function CallMarks({ call }: { call: Call }) {
  const { t } = useTranslation('interactions');
  return (
    <span className={classes.waiting}>
      {call.muted && <IconMicrophoneOff size={14} role="img" aria-label={t('muted')} />}
      {call.held && (
        <>
          <IconPlayerPause size={14} role="img" aria-label={t('held')} />
          <Timer since={call.heldSince} />
        </>
      )}
    </span>
  );
}

/** The row's own way to end its call, while the mouse or the focus is on the row (V-6). */
function EndMark({ segment }: { segment: Segment }) {
  const { t } = useTranslation('interactions');
  return (
    <Tooltip label={t('endCall')}>
      <ActionIcon
        className={classes.endMark}
        aria-label={t('endCall')}
        color="red"
        variant="filled"
        onClick={() => end(segment.id)}
      >
        <IconPhoneEnd size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

const subjectOf = ({ reference, subject }: Segment) =>
  [reference && `#${reference}`, subject].filter(Boolean).join(' ');

function lastSaid(messages: Message[] | undefined): string | undefined {
  for (let at = (messages?.length ?? 0) - 1; at >= 0; at--) {
    const message = messages?.[at];
    if (!message || message.automatic || !['customer', 'agent'].includes(message.author.kind)) continue;
    if (message.kind === 'text' && message.scope !== 'agents') return message.text;
    if (message.kind === 'file') return message.file?.name;
  }
  return undefined;
}

const warnMs = (segment: Segment) => (segment.answerWarnSeconds || 60) * 1000;

/** Whether the customer sits and waits: a mail has its service level in hours, which «My cases» shows. */
const isAwaited = (segment: Segment) =>
  segment.lastCustomerAt > 0 && segment.state === 'active' && segment.kind !== 'email';

/** Time since the customer's oldest unanswered message. */
function Unanswered({ segment }: { segment: Segment }) {
  const { t } = useTranslation('interactions');
  if (!isAwaited(segment)) return null;
  return (
    <span className={classes.waiting} title={t('waits')}>
      <IconMessageQuestion size={13} aria-hidden />
      <Timer since={segment.lastCustomerAt} warnAfter={warnMs(segment)} />
    </span>
  );
}

/** The same as a bar that grows to the service's threshold and turns orange there (C-4). */
function AnswerBar({ segment }: { segment: Segment }) {
  useSecond();
  if (!isAwaited(segment)) return null;
  const part = Math.max(0, Math.min(1, (serverNow() - segment.lastCustomerAt) / warnMs(segment)));
  return (
    <span
      className={classes.bar}
      data-late={part >= 1 || undefined}
      style={{ '--part': part } as CSSProperties}
      aria-hidden="true"
    />
  );
}
