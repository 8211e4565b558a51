import { ActionIcon, Button, Group, Select } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, done } from '@/shared/api/client';
import { dateFormat } from '@/shared/lib/format';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { toast } from '@/shared/ui/toasts';
import type { Thing } from '../api/store';
import { replayDelivery, testWebhook } from '../api/verbs';
import classes from './admin.module.css';
import { useFieldWords } from './words';

const STATES = ['pending', 'delivered', 'failed', 'cancelled'] as const;
type State = (typeof STATES)[number];

/** What was told to a webhook, how that went, and telling it again (M-42). */
export function Deliveries({ webhook }: { webhook: Thing }) {
  const { t, i18n } = useTranslation(['admin', 'common']);
  const words = useFieldWords();
  const [state, setState] = useState<State | null>(null);
  const sent = useInfiniteQuery({
    queryKey: ['admin', 'deliveries', webhook.id, state],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      done(
        api.GET('/api/webhooks/{id}/deliveries', {
          params: {
            path: { id: webhook.id },
            query: { limit: 50, cursor: pageParam || undefined, state: state ?? undefined },
          },
        }),
      ),
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: 3_000,
  });
  const rows = (sent.data?.pages ?? []).flatMap((page) => page.items ?? []);
  const time = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'medium' });
  const test = () =>
    testWebhook(webhook.id)
      .then(() => toast({ tone: 'good', title: t('delivery.tested') }))
      .catch(failed);
  return (
    <FormSection title={t('delivery.title')}>
      <Group gap="xs" justify="space-between">
        <Select
          aria-label={t('delivery.state')}
          placeholder={t('delivery.all')}
          clearable
          data={STATES.map((value) => ({ value, label: words.option(value) }))}
          value={state}
          onChange={(next) => setState(next as State | null)}
        />
        <Button variant="default" onClick={() => void test()}>
          {t('delivery.test')}
        </Button>
      </Group>
      {sent.isPending && <LoadingState />}
      {sent.error && <ErrorState error={sent.error} onRetry={() => void sent.refetch()} />}
      {sent.data && rows.length === 0 && <p className={classes.quiet}>{t('delivery.none')}</p>}
      {rows.length > 0 && (
        <ul className={classes.deliveries} aria-label={t('delivery.title')}>
          {rows.map((one) => (
            <li key={one.id} className={classes.delivery} data-state={one.state}>
              <details>
                <summary>
                  <span className={classes.event}>{one.event}</span>
                  <span className={classes.how}>{words.option(one.state)}</span>
                  <span className="num">{time.format(one.createdAt)}</span>
                </summary>
                <p>
                  {t('delivery.attempts', { count: one.attempts })}
                  {one.lastAt > 0 && ` · ${time.format(one.lastAt)} · ${one.lastMs} ${t('delivery.ms')}`}
                  {one.lastStatus > 0 && ` · HTTP ${one.lastStatus}`}
                </p>
                {one.lastError && <p>{one.lastError}</p>}
                {one.nextAt > 0 && <p>{t('delivery.next', { time: time.format(one.nextAt) })}</p>}
                <pre className={classes.code}>{JSON.stringify(one.payload, null, 2)}</pre>
              </details>
              {one.abilities?.includes('replay') && (
                <ActionIcon
                  variant="subtle"
                  aria-label={t('delivery.replay', { event: one.event })}
                  title={t('delivery.again')}
                  onClick={() => void replayDelivery(webhook.id, one.id).catch(failed)}
                >
                  <IconRefresh size={16} />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
      )}
      {sent.hasNextPage && (
        <Button variant="subtle" loading={sent.isFetchingNextPage} onClick={() => void sent.fetchNextPage()}>
          {t('delivery.more')}
        </Button>
      )}
    </FormSection>
  );
}
