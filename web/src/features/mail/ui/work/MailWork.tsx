import { Button } from '@mantine/core';
import { IconArrowBack } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import type { Action } from '@/shared/ui/actions/action';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { caseQuery, deleteCase, type MailView } from '../../api/cases';
import { isWritten, stopWriting } from '../../api/drafts';
import { beginDraft, type DraftKind, deleteMail, draftQuery, readMails } from '../../api/mails';
import { CaseHistory } from '../CaseHistory';
import { CaseNote } from '../CaseNote';
import { DeleteWindow } from '../DeleteWindow';
import { FollowUp } from '../FollowUp';
import { CaseHead, NewHead } from './CaseHead';
import { MailTools } from './MailTools';
import { useMailActions } from './useMailActions';
import classes from './work.module.css';

// The editor is the heaviest part of the desk: only who has a mail in hand fetches it.
const DraftForm = lazy(() => import('./DraftForm').then((file) => ({ default: file.DraftForm })));

interface MailWorkProps {
  segment: Segment;
  /** What every contact offers: transfer, end. */
  actions: Action[];
}

/** The window in which a mail in hand is worked on (decision 14): its case, its history, the answer. */
export function MailWork({ segment, actions }: MailWorkProps) {
  const { t } = useTranslation('mail');
  const caseId = segment.caseId ?? '';
  const about = useQuery({ ...caseQuery(caseId), enabled: caseId !== '' });
  const active = segment.state === 'active';
  const draft = useQuery({ ...draftQuery(segment.id), enabled: active });
  const [deleting, setDeleting] = useState(false);
  const ask = useCallback(() => setDeleting(true), []);
  const own = useMailActions(segment, about.data, ask);
  const offered = active ? [...actions, ...own] : own.filter((action) => action.id !== 'mail.park');
  const closed = about.data?.state === 'closed';
  const unread = active && segment.unread > 0;
  useEffect(() => {
    if (unread) readMails(segment.id).catch(failed);
  }, [unread, segment.id]);
  const { begin, question } = useBegin(segment.id, draft.data ?? null);

  return (
    <section className={classes.work} aria-label={t('work.title')}>
      {caseId === '' ? (
        <NewHead service={segment.serviceName} actions={offered} />
      ) : about.isPending ? (
        <LoadingState rows={2} />
      ) : about.isError ? (
        <ErrorState error={about.error} onRetry={() => void about.refetch()} />
      ) : (
        <CaseHead about={about.data} actions={offered} />
      )}
      <div className={classes.panes} data-one={caseId === '' || !active || undefined}>
        {caseId !== '' && (
          <div className={classes.history}>
            <CaseHistory
              caseId={caseId}
              withoutMail={draft.data?.id}
              actionsOf={(mail) => <MailTools mail={mail} onBegin={active && !closed ? begin : undefined} />}
            />
            {about.data && <CaseNote of={about.data} />}
          </div>
        )}
        {active && (
          <div className={classes.answer}>
            {closed && (
              <div className={classes.none}>
                <p>{t('work.closed')}</p>
                {about.data && <FollowUp of={about.data} />}
              </div>
            )}
            {closed && !draft.data ? null : draft.isPending ? (
              <LoadingState rows={5} />
            ) : draft.isError ? (
              <ErrorState error={draft.error} onRetry={() => void draft.refetch()} />
            ) : draft.data ? (
              <Suspense fallback={<LoadingState rows={5} />}>
                <DraftForm key={draft.data.id} draft={draft.data} />
              </Suspense>
            ) : (
              <div className={classes.none}>
                <p>{t('work.none')}</p>
                <Button
                  variant="default"
                  leftSection={<IconArrowBack size={16} aria-hidden />}
                  onClick={() => begin('reply')}
                >
                  {t('work.begin.reply')}
                </Button>
              </div>
            )}
          </div>
        )}
      </div>
      {question}
      <DeleteWindow
        opened={deleting}
        count={1}
        onClose={() => setDeleting(false)}
        onDelete={async () => {
          await deleteCase(caseId)
            .then(() => setDeleting(false))
            .catch(failed);
        }}
      />
    </section>
  );
}

/** Begins another answer. One that was written already goes only after a question. */
function useBegin(segmentId: string, draft: MailView | null) {
  const { t } = useTranslation(['mail', 'common']);
  const [wanted, setWanted] = useState<{ kind: DraftKind; mailId?: string }>();
  const begin = (kind: DraftKind, mailId?: string) => {
    if (draft && draft.kind === kind && (!mailId || draft.answersId === mailId)) return;
    if (draft && isWritten(draft)) setWanted({ kind, mailId });
    else void beginDraft(segmentId, kind, mailId).catch(failed);
  };
  const replace = async () => {
    if (!wanted || !draft) return;
    try {
      stopWriting(draft.id);
      await deleteMail(draft.id);
      await beginDraft(segmentId, wanted.kind, wanted.mailId);
      setWanted(undefined);
    } catch (error) {
      failed(error);
    }
  };
  const question = (
    <DecisionWindow
      opened={wanted !== undefined}
      title={t('work.replaceTitle')}
      onClose={() => setWanted(undefined)}
      decisions={[
        { id: 'no', label: t('common:action.cancel'), onChoose: () => setWanted(undefined) },
        { id: 'yes', label: t('work.replace'), kind: 'danger', onChoose: replace },
      ]}
    >
      <p>{t('work.replaceText')}</p>
    </DecisionWindow>
  );
  return { begin, question };
}
