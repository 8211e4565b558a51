import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { historyQuery, type MailView, useHistoryMode } from '../api/cases';
import { EntryLine } from './EntryLine';
import classes from './history.module.css';
import { MailCard } from './MailCard';

export interface CaseHistoryProps {
  caseId: string;
  /** What can be done with one mail, beside its head: answer, forward. */
  actionsOf?: (mail: MailView) => ReactNode;
  /** Not shown: the draft that is being written beside it. */
  withoutMail?: string;
}

/**
 * What happened in a case, oldest on top (E-21): «Обращения» or, with routing,
 * assignments and states, «События». It opens at its end, which is the newest.
 */
export function CaseHistory({ caseId, actionsOf, withoutMail }: CaseHistoryProps) {
  const { t } = useTranslation('mail');
  const events = useHistoryMode((mode) => mode.events);
  const history = useQuery(historyQuery(caseId, events));
  const entries = (history.data ?? []).filter((entry) => entry.id !== withoutMail);
  const newest = entries.at(-1)?.id;
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!newest || !scroller.current) return;
    const last = scroller.current.querySelector<HTMLElement>('ol > li:last-child');
    // A long mail is read from its beginning.
    if (last) scroller.current.scrollTop = last.offsetTop - scroller.current.offsetTop;
  }, [newest]);

  return (
    <div className={classes.history}>
      <div className={classes.mode}>
        <span id={`history-${caseId}`}>{t('history.content')}</span>
        <SegmentedControl
          size="xs"
          aria-labelledby={`history-${caseId}`}
          value={events ? 'events' : 'contacts'}
          onChange={(value) => useHistoryMode.setState({ events: value === 'events' })}
          data={[
            { value: 'contacts', label: t('history.contacts') },
            { value: 'events', label: t('history.events') },
          ]}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keyboard too */}
      <section className={classes.scroller} ref={scroller} tabIndex={0} aria-label={t('history.title')}>
        {history.isPending && <LoadingState rows={6} />}
        {history.error && <ErrorState error={history.error} onRetry={() => void history.refetch()} />}
        {history.isSuccess && entries.length === 0 && <EmptyState title={t('history.none')} />}
        <ol className={classes.entries}>
          {entries.map((entry) => (
            <li key={entry.id}>
              {entry.mail ? (
                <MailCard mail={entry.mail} actions={actionsOf?.(entry.mail)} />
              ) : (
                <EntryLine entry={entry} />
              )}
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
