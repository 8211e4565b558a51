import { CloseButton, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ErrorState } from '@/shared/ui/ErrorState';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { LoadingState } from '@/shared/ui/LoadingState';
import { recordQuery } from '../api/records';
import { Course } from './Course';
import { Explanation } from './Explanation';
import classes from './records.module.css';
import { mainPart, useRecordWords } from './say';
import { Transcript } from './Transcript';

type View = 'parts' | 'transcript' | 'explanation';

/** One record beside the table: its course, what was written, and why it came to whom. Esc closes it. */
export function RecordPanel({ interactionId, onClose }: { interactionId: string; onClose: () => void }) {
  const words = useRecordWords();
  const { t } = words;
  const record = useQuery(recordQuery(interactionId));
  const [view, setView] = useState<View>('parts');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const data = record.data;
  const part = data && mainPart(data);
  const by = words.by(part?.endedBy);
  return (
    <section
      className={classes.panel}
      aria-labelledby="record-heading"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <header className={classes.head}>
        {data && <KindIcon kind={kindOf(data.kind, data.direction)} />}
        <h2 id="record-heading" ref={heading} tabIndex={-1} translate="no">
          {data ? data.customer.name || data.customer.phone || t('unnamed') : t('title')}
        </h2>
        <CloseButton aria-label={t('panel.close')} onClick={onClose} />
      </header>
      {record.error && <ErrorState error={record.error} onRetry={() => void record.refetch()} />}
      {record.isPending && <LoadingState rows={8} />}
      {data && (
        <>
          <p className={classes.about}>
            {[data.serviceName, t('panel.started', { time: words.dateTime(data.startedAt) })].join(' · ')}
            <br />
            {by ? t('panel.endedBy', { outcome: words.outcome(part), by }) : words.outcome(part)}
            <Reach email={data.customer.email} phone={data.customer.phone} />
          </p>
          <SegmentedControl
            className={classes.views}
            value={view}
            onChange={(next) => setView(next as View)}
            data={[
              { value: 'parts', label: t('panel.parts') },
              ...(data.conversationId ? [{ value: 'transcript', label: t('panel.transcript') }] : []),
              { value: 'explanation', label: t('panel.explanation') },
            ]}
          />
          <div className={classes.content}>
            {view === 'parts' && <Course record={data} />}
            {view === 'transcript' && data.conversationId && (
              <Transcript conversationId={data.conversationId} />
            )}
            {view === 'explanation' && <Explanation record={data} />}
          </div>
        </>
      )}
    </section>
  );
}

function Reach({ email, phone }: { email?: string; phone?: string }) {
  const reach = [email, phone].filter(Boolean).join(' · ');
  return reach ? (
    <>
      <br />
      <span translate="no">{reach}</span>
    </>
  ) : null;
}
