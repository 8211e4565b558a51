import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { components } from '@/shared/api.gen';
import { dateFormat } from '@/shared/lib/format';
import { FormSection } from '@/shared/ui/admin/EntityForm';
import { failed } from '@/shared/ui/failed';
import type { DataColumn } from '@/shared/ui/table/columns';
import { toast } from '@/shared/ui/toasts';
import type { Kind } from '../api/entities';
import { backfill, type MailTest, mailboxStatusQuery, testMailbox } from '../api/mail';
import type { Thing } from '../api/store';
import classes from './admin.module.css';
import { ExchangeTest } from './ExchangeTest';
import { may } from './names';

type Reason = Exclude<MailTest['reason'] | components['schemas']['MailboxStatus']['reason'], ''>;

/** A reason in words, with its detail; an unknown one is its detail. */
function useTrouble() {
  const { t } = useTranslation('admin');
  return (reason: Reason | '', detail: string) => (reason ? t(`trouble.${reason}`, { detail }) : detail);
}

/** Tries a mailbox's account with what is stored of it (M-31). */
export function AccountTest({ mailbox, side }: { mailbox: Thing; side: 'imap' | 'relay' }) {
  const { t } = useTranslation('admin');
  const said = useTrouble();
  const account = (mailbox.imap ?? {}) as { host?: string };
  return (
    <>
      <p className={classes.quiet}>{t(`account.${side}.text`)}</p>
      <ExchangeTest
        button={t(`account.${side}.button`)}
        ok={t(`account.${side}.ok`)}
        bad={t(`account.${side}.bad`)}
        disabled={side === 'imap' && !account.host}
        said={said}
        perform={() => testMailbox(mailbox.id, side)}
      />
    </>
  );
}

/** How mail comes into a mailbox, and taking it in again since a day (B-3). */
export function MailboxState({ mailbox }: { mailbox: Thing }) {
  const { t, i18n } = useTranslation('admin');
  const said = useTrouble();
  const status = useQuery(mailboxStatusQuery);
  const one = status.data?.items?.find((item) => item.entryId === mailbox.id);
  const time = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' });
  if (!one) return null;
  const account = (mailbox.imap ?? {}) as { host?: string };
  return (
    <FormSection title={t('mailbox.title')}>
      <div role="status">
        <p className={classes.outcome} data-bad={one.state === 'down' ? '' : undefined}>
          <b>{t(`mailbox.state.${one.state}`)}</b>
          {one.since > 0 && ` ${t('mailbox.since', { time: time.format(one.since) })}`}
        </p>
        {one.state === 'smtp' && status.data?.smtpOff && (
          <p className={classes.outcome} data-bad="">
            {t('mailbox.smtpOff')}
          </p>
        )}
        {(one.reason || one.detail) && <p>{said(one.reason, one.detail)}</p>}
        {one.lastMailAt > 0 && <p>{t('mailbox.last', { time: time.format(one.lastMailAt) })}</p>}
        {one.backfill > 0 && <p>{t('mailbox.backfilling', { time: time.format(one.backfill) })}</p>}
      </div>
      {account.host && may(mailbox, 'edit') && <Backfill mailbox={mailbox} />}
    </FormSection>
  );
}

function Backfill({ mailbox }: { mailbox: Thing }) {
  const { t } = useTranslation('admin');
  const [from, setFrom] = useState('');
  const ask = useMutation({
    mutationFn: () => backfill(mailbox.id, from),
    onSuccess: () => toast({ tone: 'good', title: t('mailbox.backfillAsked') }),
    onError: failed,
  });
  return (
    <div className={classes.beside}>
      <TextInput
        type="date"
        label={t('mailbox.backfillFrom')}
        description={t('mailbox.backfillText')}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <Button variant="default" disabled={!from} loading={ask.isPending} onClick={() => ask.mutate()}>
        {t('mailbox.backfill')}
      </Button>
    </div>
  );
}

/** The column of the list of mailboxes that says how their mail comes; none for other kinds. */
export function useMailboxColumn(kind: Kind): DataColumn<Thing>[] {
  const { t } = useTranslation('admin');
  const said = useTrouble();
  const status = useQuery({ ...mailboxStatusQuery, enabled: kind.id === 'mailboxes' });
  if (kind.id !== 'mailboxes') return [];
  const stateOf = (thing: Thing) => status.data?.items?.find((item) => item.entryId === thing.id);
  const whyOf = (thing: Thing) => {
    const one = stateOf(thing);
    return one ? said(one.reason, one.detail) || undefined : undefined;
  };
  const word = (thing: Thing) => {
    const one = stateOf(thing);
    if (!one) return '';
    return one.state === 'smtp' && status.data?.smtpOff
      ? t('mailbox.smtpOffShort')
      : t(`mailbox.state.${one.state}`);
  };
  return [
    {
      id: 'mailboxState',
      label: t('mailbox.title'),
      value: word,
      cell: (thing) => (
        <span
          className={classes.outcome}
          data-bad={stateOf(thing)?.state === 'down' ? '' : undefined}
          title={whyOf(thing)}
        >
          {word(thing)}
        </span>
      ),
    },
  ];
}
