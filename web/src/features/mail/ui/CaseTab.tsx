import { Button } from '@mantine/core';
import { IconMailOpened } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { focusOnArrival } from '@/shared/live/focus';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { caseQuery, MAIL_KEY, openCase } from '../api/cases';
import { CaseFacts, StateChoice } from './CaseFacts';
import { CaseHistory } from './CaseHistory';
import { CaseNote } from './CaseNote';
import { CopyLink } from './CopyLink';
import { FollowUp } from './FollowUp';
import { MoveMail } from './MoveMail';
import classes from './preview.module.css';

/** A case in a tab of its own, with what the preview beside the queue can do (E-12). */
export function CaseTab({ caseId }: { caseId: string }) {
  const { t } = useTranslation('mail');
  const found = useQuery(caseQuery(caseId));
  const [busy, setBusy] = useState(false);
  const may = (ability: string) => found.data?.abilities?.includes(ability) ?? false;
  const open = async () => {
    setBusy(true);
    try {
      focusOnArrival((await openCase(caseId)).segmentId);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
      void queryClient.invalidateQueries({ queryKey: MAIL_KEY });
    }
  };
  if (found.isPending) return <LoadingState rows={6} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <section className={classes.tab} aria-label={t('preview.title')}>
      <header className={classes.head}>
        <h2 className={classes.title}>
          <span className="num">№ {found.data.number}</span> {found.data.subject || t('row.noSubject')}
        </h2>
        <CopyLink caseId={caseId} />
      </header>
      <div className={classes.facts}>
        <CaseFacts of={found.data} />
      </div>
      <CaseHistory caseId={caseId} actionsOf={(mail) => <MoveMail mail={mail} />} />
      <CaseNote of={found.data} />
      <footer className={classes.foot}>
        {may('open') && (
          <Button
            loading={busy}
            leftSection={<IconMailOpened size={17} stroke={1.7} aria-hidden />}
            onClick={() => void open()}
          >
            {t('act.open')}
          </Button>
        )}
        <FollowUp of={found.data} />
        <StateChoice of={found.data} />
      </footer>
    </section>
  );
}
