import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { failed } from '@/shared/ui/failed';
import { CASE_STATES, type CaseView, MAIL_KEY, setCaseState } from '../api/cases';
import classes from './facts.module.css';

/** Who a case is of, how it stands, with whom it is (E-12, E-20). In hand its state stands in the choice beside it. */
export function CaseFacts({ of, inHand = false }: { of: CaseView; inHand?: boolean }) {
  const { t } = useTranslation('mail');
  const holder = !inHand && of.place === 'hand' && of.ownerName;
  const settable = inHand && of.abilities?.includes('set_state');
  return (
    <div className={classes.facts}>
      <span>
        {t('preview.initiator', { name: of.initiator || of.address })}
        {of.initiator && of.address && <span className={classes.soft}> {of.address}</span>}
      </span>
      {!settable && (
        <span className={classes.state} data-state={of.state}>
          {t(`state.${of.state}`)}
        </span>
      )}
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
export function StateChoice({ of }: { of: CaseView }) {
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
    <span className={classes.setState}>
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
    </span>
  );
}
