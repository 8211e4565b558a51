import { CloseButton, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { CASE_STATES, type CaseView, caseQuery, MAIL_KEY, setCaseState } from '../api/cases';
import type { QueueRow } from '../api/queue';
import { CaseHistory } from './CaseHistory';
import classes from './preview.module.css';
import type { QueueActions } from './useQueueActions';

interface CasePreviewProps {
  row: QueueRow;
  actions: QueueActions;
  onClose: () => void;
}

/** The case of the mail looked at, without opening it (E-12). */
export function CasePreview({ row, actions, onClose }: CasePreviewProps) {
  const { t } = useTranslation('mail');
  const found = useQuery({ ...caseQuery(row.caseId), enabled: row.caseId !== '' });
  return (
    <section className={classes.preview} aria-label={t('preview.title')}>
      <header className={classes.head}>
        <h2 className={classes.title}>
          {row.number > 0 && <span className="num">№ {row.number}</span>} {row.subject || t('row.noSubject')}
        </h2>
        <CloseButton aria-label={t('preview.close')} onClick={onClose} />
      </header>
      {row.caseId === '' ? (
        <EmptyState title={row.subject || t('row.noSubject')} text={t('preview.notSent')} />
      ) : (
        <>
          {found.error && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
          {found.isPending && <LoadingState rows={3} />}
          {found.data && <Facts of={found.data} />}
          {!found.error && <CaseHistory key={row.caseId} caseId={row.caseId} />}
        </>
      )}
      <footer className={classes.foot}>
        <ActionButton
          main
          action={{
            ...actions.open,
            allowed: !row.offered,
            reason: row.offered ? t('act.busy') : undefined,
            perform: () => actions.openRow(row),
          }}
        />
        {found.data && <StateChoice of={found.data} />}
      </footer>
    </section>
  );
}

function Facts({ of }: { of: CaseView }) {
  const { t } = useTranslation('mail');
  const holder = of.place === 'hand' && of.ownerName;
  return (
    <div className={classes.facts}>
      <span>
        {t('preview.initiator', { name: of.initiator || of.address })}
        {of.initiator && of.address && <span className={classes.soft}> {of.address}</span>}
      </span>
      <span className={classes.state} data-state={of.state}>
        {t(`state.${of.state}`)}
      </span>
      <span className={classes.soft}>
        {[of.serviceName, t('preview.assignee', { name: of.assigneeName || t('preview.nobody') })]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {holder && <b>{t('preview.holder', { name: holder })}</b>}
      {of.flaggedBy && <b className={classes.flag}>{t('preview.flagged', { name: of.flaggedName ?? '' })}</b>}
      {of.follows && <span>{t('preview.follows', { number: of.follows.number })}</span>}
      {(of.followedBy ?? []).map((one) => (
        <span key={one.id}>{t('preview.followedBy', { number: one.number })}</span>
      ))}
    </div>
  );
}

/** «Установить статус»: a closed case stays closed. */
function StateChoice({ of }: { of: CaseView }) {
  const { t } = useTranslation('mail');
  if (!of.abilities?.includes('set_state')) return null;
  const set = (value: string | null) => {
    const state = CASE_STATES.find((one) => one === value);
    if (!state || state === of.state) return;
    setCaseState(of.id, state, of.version)
      .catch(failed)
      .finally(() => void queryClient.invalidateQueries({ queryKey: MAIL_KEY }));
  };
  return (
    <>
      <span className={classes.soft} aria-hidden>
        {t('preview.state')}:
      </span>
      <Select
        className={classes.choice}
        aria-label={t('preview.state')}
        value={of.state}
        data={CASE_STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
        onChange={set}
      />
    </>
  );
}
