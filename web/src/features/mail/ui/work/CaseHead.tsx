import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import type { Action } from '@/shared/ui/actions/action';
import type { CaseView } from '../../api/cases';
import { CaseFacts, StateChoice } from '../CaseFacts';
import { CaseFields } from './CaseFields';
import classes from './work.module.css';

/** What a case is, and what can be done with it (E-20). */
export function CaseHead({ about, actions }: { about: CaseView; actions: Action[] }) {
  const { t } = useTranslation('mail');
  return (
    <header className={classes.head}>
      <div className={classes.what}>
        <h2 className={classes.subject}>
          <span className="num">№ {about.number}</span> {about.subject || t('row.noSubject')}
        </h2>
        <CaseFacts of={about} inHand />
      </div>
      <Actions actions={actions}>
        <StateChoice of={about} />
      </Actions>
      {about.abilities?.includes('edit') && <CaseFields of={about} />}
    </header>
  );
}

/** The same place for a mail that has no case yet. */
export function NewHead({ service, actions }: { service: string; actions: Action[] }) {
  const { t } = useTranslation('mail');
  return (
    <header className={classes.head}>
      <div className={classes.what}>
        <h2 className={classes.subject}>{t('work.newMail')}</h2>
        <p className={classes.service}>{service}</p>
      </div>
      <Actions actions={actions} />
    </header>
  );
}

function Actions({ actions, children }: { actions: Action[]; children?: ReactNode }) {
  const { t } = useTranslation('mail');
  return (
    <div className={classes.actions} role="toolbar" aria-label={t('work.actions')}>
      {children}
      {actions
        .filter((action) => action.allowed)
        .map((action) => (
          <ActionButton
            key={action.id}
            action={{ ...action, danger: false }}
            compact={action.id !== 'mail.park' && action.id !== 'segment.end'}
          />
        ))}
    </div>
  );
}
