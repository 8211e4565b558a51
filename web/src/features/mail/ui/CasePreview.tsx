import { Button, CloseButton } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '@/shared/ui/actions/ActionButton';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { caseQuery } from '../api/cases';
import { showCase } from '../api/opened';
import type { QueueRow } from '../api/queue';
import { CaseFacts, StateChoice } from './CaseFacts';
import { CaseHistory } from './CaseHistory';
import { FollowUp } from './FollowUp';
import { MoveMail } from './MoveMail';
import classes from './preview.module.css';
import type { QueueActions } from './useQueueActions';

interface CasePreviewProps {
  row: QueueRow;
  actions: QueueActions;
  /** Somebody else has it: it is looked at, not opened. */
  foreign: boolean;
  onClose: () => void;
}

/** The case of the mail looked at, without opening it (E-12). */
export function CasePreview({ row, actions, foreign, onClose }: CasePreviewProps) {
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
          {found.data && (
            <div className={classes.facts}>
              <CaseFacts of={found.data} />
            </div>
          )}
          {!found.error && (
            <CaseHistory
              key={row.caseId}
              caseId={row.caseId}
              actionsOf={(mail) => <MoveMail mail={mail} />}
            />
          )}
        </>
      )}
      <footer className={classes.foot}>
        <ActionButton
          main
          action={{
            ...actions.open,
            allowed: !row.offered && !foreign,
            reason: foreign ? t('act.foreign') : row.offered ? t('act.busy') : undefined,
            perform: () => actions.openRow(row),
          }}
        />
        {row.caseId !== '' && (
          <Button
            variant="default"
            leftSection={<IconEye size={17} stroke={1.7} aria-hidden />}
            onClick={() => showCase(row.caseId, row.number)}
          >
            {t('preview.show')}
          </Button>
        )}
        {found.data && <FollowUp of={found.data} />}
        {found.data && <StateChoice of={found.data} />}
      </footer>
    </section>
  );
}
