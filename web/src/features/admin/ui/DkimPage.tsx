import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { catchFocus } from '@/shared/ui/lostFocus';
import { toast } from '@/shared/ui/toasts';
import { type DkimDomain, dkimQuery, prepareKey } from '../api/dkim';
import shared from './admin.module.css';
import { DkimKeyCard } from './DkimKeyCard';
import classes from './dkim.module.css';
import { useFieldWords } from './words';

/** The keys that mails are signed with, by domain, and what is to stand in the DNS (M-31). */
export function DkimPage() {
  const { t } = useTranslation('admin');
  const words = useFieldWords();
  const list = useQuery(dkimQuery);
  const domains = list.data ?? [];
  return (
    <div className={shared.trouble}>
      <header className={shared.troubleHead}>
        <h1>{words.kind('dkim')}</h1>
        <p>{words.about('dkim')}</p>
      </header>
      {list.isPending && <LoadingState />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && domains.length === 0 && (
        <EmptyState title={t('dkim.none')} text={t('dkim.noneHint')} />
      )}
      {domains.length > 0 && (
        <div className={classes.domains}>
          {domains.map((domain) => (
            <Domain key={domain.domain} domain={domain} />
          ))}
        </div>
      )}
    </div>
  );
}

function Domain({ domain }: { domain: DkimDomain }) {
  const { t } = useTranslation('admin');
  const place = useRef<HTMLElement>(null);
  const keys = domain.keys ?? [];
  const signs = domain.addresses > 0 && keys.some((key) => key.state === 'signing');
  const prepare = useMutation({
    mutationFn: () => prepareKey(domain.domain),
    onSuccess: () => {
      toast({ tone: 'good', title: t('dkim.made') });
      // The button is gone: on with what is to be done next.
      catchFocus(() => place.current?.querySelector('article button'), document.activeElement);
    },
    onError: failed,
  });
  // What stood there is gone: on with what is left of the domain.
  const onGone = () => catchFocus(() => place.current?.querySelector('button'), document.activeElement);
  const title = `dkim-${domain.domain}`;
  return (
    <section className={classes.domain} aria-labelledby={title} ref={place}>
      <header className={classes.head}>
        <h2 id={title}>{domain.shown}</h2>
        <span className={classes.state} data-good={signs ? '' : undefined}>
          {t(signs ? 'dkim.signed' : 'dkim.unsigned')}
        </span>
        {domain.abilities?.includes('prepare') && (
          <Button variant="default" loading={prepare.isPending} onClick={() => prepare.mutate()}>
            {t('dkim.fresh')}
          </Button>
        )}
      </header>
      {domain.addresses === 0 && <p className={shared.quiet}>{t('dkim.unused')}</p>}
      {keys.map((key) => (
        <DkimKeyCard key={key.id} of={key} domain={domain} replaces={signs} onGone={onGone} />
      ))}
    </section>
  );
}
