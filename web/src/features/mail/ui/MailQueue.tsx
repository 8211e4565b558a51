import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { profileQuery } from '@/shared/api/profile';
import { EmptyState } from '@/shared/ui/EmptyState';
import { failed } from '@/shared/ui/failed';
import { catchFocus } from '@/shared/ui/lostFocus';
import { seeCase } from '../api/cases';
import { type Choice, NOTHING, stillThere } from '../api/choice';
import { isForeign, PLACES, type QueueRow, queueQuery, summaryQuery } from '../api/queue';
import { choosePlace, useView } from '../api/view';
import { CasePreview } from './CasePreview';
import classes from './mail.module.css';
import { Owners } from './Owners';
import { Pinners } from './Pinners';
import { QueueFilters } from './QueueFilters';
import { QueueList } from './QueueList';
import { QueueTabs } from './QueueTabs';
import { QueueTools } from './QueueTools';
import { useQueueActions } from './useQueueActions';

const NO_ROWS: QueueRow[] = [];

interface MailQueueProps {
  /** The page is in front: its shortcuts are in force. */
  active: boolean;
  /** Sees the services of a whole team (E-14). */
  supervisor: boolean;
  /** Puts cases into the bin, and sees what lies there. */
  mayDelete: boolean;
  /** Gives mails to the people led, and takes them back. */
  mayAssign: boolean;
}

/** «My cases»: the team's queue of mails and one's own, and the chosen mail's case beside them (E-10). */
export function MailQueue({ active, supervisor, mayDelete, mayAssign }: MailQueueProps) {
  const { t } = useTranslation('mail');
  const view = useView();
  const profile = useQuery(profileQuery).data;
  const places = profile?.pinnedTab ? PLACES : PLACES.filter((place) => place !== 'pinned');
  const found = useQuery(queueQuery(view));
  // What becomes late is told by nobody: the summary is read again by itself, and may be the newer one.
  const summary = useQuery(summaryQuery);
  const newest = summary.dataUpdatedAt > found.dataUpdatedAt ? summary.data : found.data;
  const rows = found.data?.items ?? NO_ROWS;
  const total = found.data?.total ?? 0;
  const [choice, setChoice] = useState<Choice>(NOTHING);
  const [currentId, setCurrentId] = useState('');
  const kept = stillThere(choice, rows);
  const current = rows.find((row) => row.segmentId === currentId);

  // What is chosen belongs to what is looked at.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view begins with nothing chosen
  useEffect(() => {
    setChoice(NOTHING);
  }, [view]);
  // Mails that were taken, and buttons that have nothing to do any more, leave the focus to the list.
  const list = useRef<HTMLDivElement>(null);
  const toList = useCallback(
    () =>
      catchFocus(() => list.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]') ?? list.current),
    [],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows may have taken the one with the focus away
  useEffect(() => {
    if (active) toList();
  }, [active, rows, toList]);
  const off = profile?.pinnedTab === false && view.place === 'pinned';
  useEffect(() => {
    if (off) choosePlace('personal');
  }, [off]);
  // Whoever looks at a case of their own pins has seen what came to it.
  const unseen = view.place === 'pinned' && !view.userId && current?.unread ? current.caseId : '';
  useEffect(() => {
    if (unseen) seeCase(unseen).catch(failed);
  }, [unseen]);
  const actions = useQueueActions({
    active,
    mayDelete,
    mayAssign,
    view,
    rows,
    total,
    choice: kept,
    current,
    onDone: () => setChoice(NOTHING),
    onAsked: toList,
  });

  return (
    <div className={classes.board}>
      <div className={classes.left}>
        <QueueTabs
          place={view.place}
          places={places}
          counts={newest?.counts ?? found.data?.counts}
          bin={mayDelete}
        />
        <QueueFilters
          view={view}
          services={found.data?.services ?? []}
          supervisor={supervisor && view.place !== 'pinned'}
          whose={
            view.place === 'pinned' ? (
              <Pinners view={view} pinners={found.data?.pinners ?? []} />
            ) : view.place === 'personal' && mayAssign ? (
              <Owners view={view} />
            ) : null
          }
        />
        <QueueTools
          view={view}
          total={total}
          shown={rows.length}
          choice={kept}
          onChoose={setChoice}
          actions={actions}
        />
        <QueueList
          key={view.place}
          listRef={list}
          found={found}
          rows={rows}
          view={view}
          choice={kept}
          onChoose={setChoice}
          currentId={current?.segmentId ?? ''}
          onCurrent={setCurrentId}
          onOpen={actions.openRow}
        />
      </div>
      {current ? (
        <CasePreview
          row={current}
          actions={actions}
          foreign={isForeign(view)}
          onClose={() => setCurrentId('')}
        />
      ) : (
        <div className={classes.noPreview}>
          <EmptyState title={t('empty.preview')} text={t('empty.previewText')} />
        </div>
      )}
      {actions.window}
    </div>
  );
}
