import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { foundCasesQuery } from '../api/contacts';
import classes from './contact.module.css';

const STATES = ['open', 'pending', 'resolved', 'closed'] as const;

interface FoundCasesProps {
  words: string;
  onOpen: (id: string, number: number) => void;
}

/** Cases by number, subject, name or address: those this person may see (D-4). */
export function FoundCases({ words, onOpen }: FoundCasesProps) {
  const { t, i18n } = useTranslation('contact');
  const found = useQuery(foundCasesQuery(words));
  const when = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  const items = found.data ?? [];
  return (
    <section aria-label={t('search.cases')}>
      <h3 className={classes.group}>{t('search.cases')}</h3>
      {found.isPending && <LoadingState rows={3} />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && items.length === 0 && (
        <EmptyState title={t('search.noCases')} text={t('search.noCasesText')} />
      )}
      {items.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('column.case')}</th>
              <th scope="col">{t('column.customer')}</th>
              <th scope="col">{t('column.service')}</th>
              <th scope="col">{t('column.state')}</th>
              <th scope="col">{t('column.date')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => {
              const state = STATES.find((known) => known === one.state);
              return (
                <tr key={one.id}>
                  <td>
                    <button
                      type="button"
                      data-result
                      className={classes.open}
                      onClick={() => onOpen(one.id, one.number)}
                    >
                      <span className="num">№ {one.number}</span>{' '}
                      <span translate="no">{one.subject || t('search.noSubject')}</span>
                    </button>
                  </td>
                  <td translate="no">{one.from.name || one.from.address}</td>
                  <td>{one.serviceName}</td>
                  <td>{state && t(`state.${state}`)}</td>
                  <td className="num">{one.customerAt > 0 && when.format(one.customerAt)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
