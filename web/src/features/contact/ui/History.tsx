import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import { clockTime } from '@/shared/lib/format';
import { ErrorState } from '@/shared/ui/ErrorState';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { LoadingState } from '@/shared/ui/LoadingState';
import classes from './contact.module.css';

/** The customer's earlier contacts, newest on top. */
export function History({ contactId, except }: { contactId: string; except: string }) {
  const { t, i18n } = useTranslation('contact');
  const records = useQuery({
    queryKey: ['records', 'contact', contactId],
    queryFn: () => done(api.GET('/api/records', { params: { query: { contactId, limit: 50 } } })),
  });
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  const items = records.data?.items?.filter((one) => one.interactionId !== except) ?? [];
  return (
    <section className={classes.card} aria-label={t('history')}>
      <h3 className={classes.title}>{t('history')}</h3>
      {records.isPending && <LoadingState rows={3} />}
      {records.isError && <ErrorState error={records.error} onRetry={() => void records.refetch()} />}
      {records.isSuccess && items.length === 0 && <p className={classes.soft}>{t('noHistory')}</p>}
      {items.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('column.date')}</th>
              <th scope="col">{t('column.channel')}</th>
              <th scope="col">{t('column.service')}</th>
              <th scope="col">{t('column.disposition')}</th>
              <th scope="col">{t('column.agent')}</th>
              <th scope="col">{t('column.length')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => {
              const last = one.parts?.at(-1);
              return (
                <tr key={one.interactionId}>
                  <td>{when.format(one.startedAt)}</td>
                  <td>
                    <KindIcon kind={kindOf(one.kind, one.direction)} size={16} />
                  </td>
                  <td>{one.serviceName}</td>
                  <td>{last?.dispositionName || '–'}</td>
                  <td>{last?.agentName || '–'}</td>
                  <td>{one.endedAt ? clockTime(one.endedAt - one.startedAt) : '–'}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
