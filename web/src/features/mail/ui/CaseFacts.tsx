import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { failed } from '@/shared/ui/failed';
import { CASE_STATES, type CaseView, MAIL_KEY, setCaseState } from '../api/cases';
import { compose } from '../api/composing';
import { showCase } from '../api/opened';
import { CaseFieldValues } from './CaseFieldValues';
import classes from './facts.module.css';
import { QuickContact } from './QuickContact';
import quick from './quick.module.css';
import { ServiceChoice } from './ServiceChoice';

/** Who a case is of, how it stands, with whom it is (E-12, E-20). In hand its state stands in the choice beside it. */
export function CaseFacts({ of, inHand = false }: { of: CaseView; inHand?: boolean }) {
  const { t } = useTranslation('mail');
  const holder = !inHand && of.place === 'hand' && of.ownerName;
  const settable = inHand && of.abilities?.includes('set_state');
  const changeable = inHand && of.abilities?.includes('set_service');
  const editable = inHand && of.abilities?.includes('edit');
  return (
    <div className={classes.facts}>
      <span>
        <QuickContact name={of.initiator} address={of.address}>
          <button
            type="button"
            className={quick.target}
            aria-label={t('preview.write', { name: of.initiator || of.address })}
            onClick={() => compose([{ name: of.initiator || undefined, address: of.address }])}
          >
            {of.initiator || of.address}
          </button>
        </QuickContact>
        {t('preview.initiator')}
        {of.initiator && of.address && <span className={classes.soft}> {of.address}</span>}
      </span>
      {of.categoryName && !editable && (
        <span className={classes.soft}>
          {t(of.categoryOffered ? 'preview.category' : 'preview.categoryOfOther', { name: of.categoryName })}
        </span>
      )}
      {!settable && (
        <span className={classes.state} data-state={of.state}>
          {t(`state.${of.state}`)}
        </span>
      )}
      <span className={classes.soft}>
        {changeable && (
          <>
            <ServiceChoice of={of} />
            {' · '}
          </>
        )}
        {[
          !changeable && of.serviceName,
          t('preview.assignee', { name: of.assigneeName || t('preview.nobody') }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {holder && <b>{t('preview.holder', { name: holder })}</b>}
      {of.flaggedBy && <b className={classes.flag}>{t('preview.flagged', { name: of.flaggedName ?? '' })}</b>}
      {(of.pinnedBy ?? []).length > 0 && (
        <span className={classes.soft}>
          {t('preview.pinned', { names: of.pinnedBy?.map((one) => one.name).join(', ') })}
        </span>
      )}
      {of.follows && <Other of={of.follows} words="follows" />}
      {(of.followedBy ?? []).map((one) => (
        <Other key={one.id} of={one} words="followedBy" />
      ))}
      {!editable && <CaseFieldValues of={of.fields ?? []} />}
    </div>
  );
}

/** Another case, a click away. */
function Other({ of, words }: { of: { id: string; number: number }; words: 'follows' | 'followedBy' }) {
  const { t } = useTranslation('mail');
  return (
    <button type="button" className={quick.target} onClick={() => showCase(of.id, of.number)}>
      {t(`preview.${words}`, { number: of.number })}
    </button>
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
