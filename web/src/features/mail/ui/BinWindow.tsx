import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '@/shared/api/queries';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { toast } from '@/shared/ui/toasts';
import { Window } from '@/shared/ui/Window';
import { binQuery, MAIL_KEY, restoreCase } from '../api/cases';
import { PAGE } from '../api/queue';
import classes from './bin.module.css';
import { useWhen } from './useWhen';

/** Deleted cases, until they are removed for good; each can be restored (E-13). */
export function BinWindow({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(['mail', 'common']);
  return (
    <Window
      opened={opened}
      onClose={onClose}
      title={t('bin.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size="44rem"
    >
      <p className={classes.note}>{t('bin.kept')}</p>
      {opened && <Deleted />}
    </Window>
  );
}

function Deleted() {
  const { t } = useTranslation('mail');
  const when = useWhen();
  const [offset, setOffset] = useState(0);
  const [busy, setBusy] = useState('');
  const found = useQuery(binQuery(offset));
  if (found.isPending) return <LoadingState rows={4} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const { items, total } = found.data;
  if (total === 0) return <EmptyState title={t('bin.empty')} />;
  const restore = async (id: string, number: number) => {
    setBusy(id);
    try {
      await restoreCase(id);
      toast({ tone: 'good', title: t('bin.restored', { number }) });
    } catch (error) {
      failed(error);
    } finally {
      setBusy('');
      void queryClient.invalidateQueries({ queryKey: MAIL_KEY });
    }
  };
  return (
    <>
      <ul className={classes.list} aria-label={t('bin.title')}>
        {(items ?? []).map((one) => (
          <li key={one.id} className={classes.row}>
            <span className={classes.words}>
              <b>
                <span className="num">№ {one.number}</span> {one.subject || t('row.noSubject')}
              </b>
              <span className={classes.soft}>
                <span translate="no">{one.from.name || one.from.address}</span> · {one.serviceName}
              </span>
              <span className={classes.soft}>
                {t('bin.by', {
                  name: one.deletedBy,
                  at: when(one.deletedAt, true),
                  gone: when(one.goneAt, true),
                })}
              </span>
            </span>
            <Button
              variant="default"
              loading={busy === one.id}
              disabled={busy !== '' && busy !== one.id}
              aria-label={t('bin.restoreOne', { number: one.number })}
              onClick={() => void restore(one.id, one.number)}
            >
              {t('bin.restore')}
            </Button>
          </li>
        ))}
      </ul>
      {total > PAGE && (
        <div className={classes.pages}>
          <Button variant="subtle" disabled={offset === 0} onClick={() => setOffset(offset - PAGE)}>
            {t('page.previous')}
          </Button>
          <Button variant="subtle" disabled={offset + PAGE >= total} onClick={() => setOffset(offset + PAGE)}>
            {t('page.next')}
          </Button>
        </div>
      )}
    </>
  );
}
