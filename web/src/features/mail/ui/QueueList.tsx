import { Button } from '@mantine/core';
import { IconMailbox, IconSearchOff } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { type Choice, isChosen, toggled, upTo } from '../api/choice';
import { isForeign, type MailPage, PAGE, type QueueRow, type QueueView } from '../api/queue';
import { changeView, clearFilter, isNarrowed } from '../api/view';
import { MailRow } from './MailRow';
import classes from './mail.module.css';

interface QueueListProps {
  found: UseQueryResult<MailPage>;
  rows: QueueRow[];
  /** What scrolls, and takes the focus when there are no rows. */
  listRef: RefObject<HTMLDivElement | null>;
  view: QueueView;
  choice: Choice;
  onChoose: (choice: Choice) => void;
  currentId: string;
  onCurrent: (id: string) => void;
  onOpen: (row: QueueRow) => void;
}

/** The rows of a queue: arrows go, Space chooses, Enter opens, Escape lets go. */
export function QueueList(props: QueueListProps) {
  const { listRef: scroller, found, rows, view, choice, onChoose, currentId, onCurrent, onOpen } = props;
  const { t } = useTranslation('mail');
  const anchor = useRef('');
  const at = Math.max(
    0,
    rows.findIndex((row) => row.segmentId === currentId),
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 56,
    getItemKey: (index) => rows[index]?.segmentId ?? index,
    overscan: 8,
  });
  const total = found.data?.total ?? 0;
  // The last page may have emptied while it was looked at.
  useEffect(() => {
    if (found.isSuccess && !found.isPlaceholderData && view.offset > 0 && view.offset >= total)
      changeView({ offset: Math.max(0, Math.floor((total - 1) / PAGE) * PAGE) });
  }, [found.isSuccess, found.isPlaceholderData, view.offset, total]);

  const choose = (row: QueueRow, range: boolean) => {
    onChoose(
      range && anchor.current
        ? upTo(choice, anchor.current, row.segmentId, rows)
        : toggled(choice, row.segmentId, rows),
    );
    anchor.current = row.segmentId;
  };
  const goTo = (index: number, range: boolean) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    if (range) onChoose(upTo(choice, rows[at]?.segmentId ?? row.segmentId, row.segmentId, rows));
    onCurrent(row.segmentId);
    virtual.scrollToIndex(rows.indexOf(row));
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.segmentId)}"]`)?.focus(),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    if (!(event.target as HTMLElement).matches('[data-row]') || event.altKey || !row) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) goTo(currentId ? to : at, event.shiftKey);
    else if (event.key === ' ') choose(row, event.shiftKey);
    else if (event.key === 'Enter') onOpen(row);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onChoose({ all: true });
    else if (event.key === 'Escape') onCurrent('');
    else return;
    event.preventDefault();
  };

  return (
    <div className={classes.rows} ref={scroller} tabIndex={-1} aria-busy={found.isFetching}>
      {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <LoadingState rows={8} />}
      {found.isSuccess && rows.length === 0 && <Nothing view={view} />}
      {!found.error && rows.length > 0 && (
        <div
          role="listbox"
          aria-label={t('list')}
          aria-multiselectable
          className={classes.virtual}
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <MailRow
                key={row.segmentId}
                row={row}
                start={item.start}
                index={item.index}
                measure={virtual.measureElement}
                place={{ at: view.offset + item.index + 1, of: total }}
                inPins={view.place === 'pinned'}
                owned={isForeign(view)}
                chosen={isChosen(choice, row.segmentId)}
                current={row.segmentId === currentId}
                tabIndex={item.index === at ? 0 : -1}
                onChoose={(range) => choose(row, range)}
                onCurrent={() => onCurrent(row.segmentId)}
                onOpen={() => onOpen(row)}
              />
            );
          })}
        </div>
      )}
    </div>
  );
}

function Nothing({ view }: { view: QueueView }) {
  const { t } = useTranslation('mail');
  if (isNarrowed(view))
    return (
      <EmptyState
        icon={IconSearchOff}
        title={t('empty.found')}
        text={t('empty.foundText')}
        action={
          <Button variant="default" onClick={clearFilter}>
            {t('empty.reset')}
          </Button>
        }
      />
    );
  const what = isForeign(view) ? 'foreign' : view.place;
  return <EmptyState icon={IconMailbox} title={t(`empty.${what}`)} text={t(`empty.${what}Text`)} />;
}
