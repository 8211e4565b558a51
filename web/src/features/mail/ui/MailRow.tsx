import { Checkbox } from '@mantine/core';
import {
  IconBellRinging,
  IconFlagFilled,
  IconPaperclip,
  IconPencil,
  IconPinFilled,
} from '@tabler/icons-react';
import type { CSSProperties, MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { serverNow, useSecond } from '@/shared/lib/clock';
import { slPart } from '../api/choice';
import type { QueueRow } from '../api/queue';
import classes from './mail.module.css';
import { QuickContact } from './QuickContact';
import { useWhen } from './useWhen';

interface MailRowProps {
  row: QueueRow;
  index: number;
  start: number;
  measure: (element: Element | null) => void;
  place: { at: number; of: number };
  /** The list is one of pinned cases. */
  inPins: boolean;
  /** The list is of other people's queues: each row names its owner. */
  owned: boolean;
  chosen: boolean;
  current: boolean;
  tabIndex: 0 | -1;
  onChoose: (range: boolean) => void;
  onCurrent: () => void;
  onOpen: () => void;
}

/** A mail in a queue: who, about what, which service, since when, how near to its limit (E-11). */
export function MailRow(props: MailRowProps) {
  const { row, place, chosen, onChoose } = props;
  const { t } = useTranslation('mail');
  const when = useWhen();
  const name = row.from.name || row.from.address;
  const click = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) onChoose(event.shiftKey);
    else props.onCurrent();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list hears the keys for all its rows
    <div
      ref={props.measure}
      data-index={props.index}
      data-row={row.segmentId}
      role="option"
      aria-selected={chosen}
      aria-current={props.current || undefined}
      aria-posinset={place.at}
      aria-setsize={place.of}
      tabIndex={props.tabIndex}
      className={classes.row}
      data-unread={row.unread > 0 || undefined}
      style={{ transform: `translateY(${props.start}px)` }}
      onClick={click}
      onDoubleClick={props.onOpen}
    >
      {/* For the mouse: the row itself says whether it is chosen. */}
      <span
        className={classes.choose}
        data-choose
        aria-hidden
        onClick={(event) => {
          event.stopPropagation();
          onChoose(event.shiftKey);
        }}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <Checkbox.Indicator size="xs" checked={chosen} />
      </span>
      <span className={classes.words}>
        <span className={classes.top}>
          <span className={classes.name}>
            <QuickContact name={row.from.name} address={row.from.address}>
              <span translate="no">{name}</span>
            </QuickContact>
          </span>
          <Marks row={row} inPins={props.inPins} />
          <time
            className="num"
            dateTime={new Date(row.createdAt).toISOString()}
            title={when(row.createdAt, true)}
          >
            {when(row.createdAt)}
          </time>
        </span>
        <span className={classes.bottom}>
          <span className={classes.about}>
            {row.number > 0 && <span className={`${classes.soft} num`}>#{row.number} </span>}
            {row.subject || t('row.noSubject')}
          </span>
          {props.owned && (
            <span className={classes.owner} title={t('row.owner', { name: row.ownerName })} translate="no">
              {row.ownerName}
            </span>
          )}
          <span className={classes.of}>{row.serviceName}</span>
          <Level row={row} />
        </span>
      </span>
    </div>
  );
}

function Marks({ row, inPins }: { row: QueueRow; inPins: boolean }) {
  const { t } = useTranslation('mail');
  const picture = { size: 15, stroke: 1.8, role: 'img' };
  return (
    <span className={classes.marks}>
      {row.offered && (
        <IconBellRinging {...picture} aria-label={t('row.offered')} color="var(--ringing-ink)" />
      )}
      {row.pinned && !inPins && (
        <IconPinFilled {...picture} aria-label={t('row.pinned')} color="var(--accent-ink)" />
      )}
      {row.flagged && <IconFlagFilled {...picture} aria-label={t('row.flagged')} color="var(--danger)" />}
      {row.draft && <IconPencil {...picture} aria-label={t('row.draft')} color="var(--accent-ink)" />}
      {row.files > 0 && <IconPaperclip {...picture} aria-label={t('row.files', { count: row.files })} />}
      {row.unread > 1 && (
        <span
          className={`${classes.unread} num`}
          role="img"
          aria-label={t('row.unread', { count: row.unread })}
        >
          {row.unread}
        </span>
      )}
    </span>
  );
}

/** Fills up to the threshold of the service level, and is orange over it (8.4.1.1). */
function Level({ row }: { row: QueueRow }) {
  const { t } = useTranslation('mail');
  useSecond();
  const part = slPart(row, serverNow());
  if (part === undefined) return <span className={classes.level} data-none />;
  const late = part >= 1;
  const words = late ? t('row.late') : t('row.used', { percent: Math.floor(part * 100) });
  return (
    <span
      className={classes.level}
      data-late={late || undefined}
      role="img"
      aria-label={words}
      title={words}
      style={{ '--part': part } as CSSProperties}
    />
  );
}
