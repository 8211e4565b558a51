import { IconHistory } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import { clockTime, dateFormat } from '@/shared/lib/format';
import { useLive } from '@/shared/live/live';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { KindIcon, kindOf } from '@/shared/ui/KindIcon';
import { LoadingState } from '@/shared/ui/LoadingState';
import classes from './recent.module.css';

const KEY = ['recent'];

/** My latest contacts, below the rows while nothing is in hand (D-7). */
export function Recent() {
  const { t, i18n } = useTranslation('recent');
  const queries = useQueryClient();
  const inHand = useLive((live) => Object.keys(live.segments).length);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one more or one less row is a change of this list
  useEffect(() => void queries.invalidateQueries({ queryKey: KEY }), [inHand, queries]);
  const recent = useQuery({
    queryKey: KEY,
    queryFn: () => done(api.GET('/api/recent', { params: { query: { limit: 30 } } })),
  });
  const items = recent.data?.items?.filter((one) => one.endedAt > 0) ?? [];
  const when = dateFormat(i18n.language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (
    <section className={classes.recent} aria-label={t('title')}>
      <h3 className={classes.title}>{t('title')}</h3>
      {recent.isPending && <LoadingState rows={3} />}
      {recent.isError && <ErrorState error={recent.error} onRetry={() => void recent.refetch()} />}
      {recent.isSuccess && items.length === 0 && (
        <EmptyState icon={IconHistory} title={t('none')} text={t('noneText')} />
      )}
      <ul className={classes.list}>
        {items.map((one) => (
          <li key={one.interactionId} className={classes.row}>
            <KindIcon kind={kindOf(one.kind, one.direction)} size={18} />
            <span className={classes.words}>
              <span className={classes.name}>
                {one.customer.name || one.customer.phone || one.customer.email || t('unknown')}
              </span>
              <span className={classes.soft}>
                {[one.serviceName, one.parts?.at(-1)?.dispositionName].filter(Boolean).join(' · ')}
              </span>
            </span>
            <span className={`${classes.soft} ${classes.when} num`}>
              {when.format(one.startedAt)}
              <br />
              {clockTime(one.endedAt - one.startedAt)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
