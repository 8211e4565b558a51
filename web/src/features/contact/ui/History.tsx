import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { clockTime, dateFormat } from '@/shared/lib/format';
import { ErrorState } from '@/shared/ui/ErrorState';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { LoadingState } from '@/shared/ui/LoadingState';
import { pastQuery } from '../api/contacts';
import classes from './contact.module.css';

/** A customer's contacts, newest on top; without the one that is in hand. */
export function History({ contactId, except }: { contactId: string; except?: string }) {
  const { t, i18n } = useTranslation('contact');
  const past = useInfiniteQuery(pastQuery(contactId));
  const when = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  const all = past.data?.pages.flatMap((page) => page.items ?? []) ?? [];
  const items = all.filter((one) => one.id !== except);
  return (
    <section className={classes.card} aria-label={t('history')}>
      <h3 className={classes.title}>{t('history')}</h3>
      {past.isPending && <LoadingState rows={3} />}
      {past.isError && <ErrorState error={past.error} onRetry={() => void past.refetch()} />}
      {past.isSuccess && items.length === 0 && <p className={classes.soft}>{t('noHistory')}</p>}
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
            {items.map((one) => (
              <tr key={one.id}>
                <td className="num">{when.format(one.startedAt)}</td>
                <td>
                  <KindIcon kind={kindOf(one.kind, one.direction)} size={16} />
                </td>
                <td>{one.serviceName}</td>
                <td>
                  {one.disposition || '–'}
                  {one.comment && <span className={classes.comment}>{one.comment}</span>}
                </td>
                <td>{one.agents?.join(', ') || '–'}</td>
                <td className="num">{one.endedAt ? clockTime(one.endedAt - one.startedAt) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {past.hasNextPage && <MoreButton busy={past.isFetchingNextPage} onMore={() => past.fetchNextPage()} />}
    </section>
  );
}

export function MoreButton({ busy, onMore }: { busy: boolean; onMore: () => unknown }) {
  const { t } = useTranslation('contact');
  return (
    <Button variant="default" size="compact-sm" mt="sm" loading={busy} onClick={() => void onMore()}>
      {t('more')}
    </Button>
  );
}
