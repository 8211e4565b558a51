import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { DataTable } from '@/shared/ui/table/DataTable';
import { useTableInUrl } from '@/shared/ui/table/state';
import {
  discardMail,
  forgetSkipped,
  mailboxStatusQuery,
  mailOutboxQuery,
  mailQuarantineQuery,
  resendMail,
  retryMail,
} from '../api/mail';
import classes from './admin.module.css';
import { MailActs } from './MailActs';
import { useMailColumns } from './mailColumns';
import { useFieldWords } from './words';

/** Mails that need somebody: not understood, not sent, left on their server (B-3). */
export function MailTroublePage() {
  const { t } = useTranslation('admin');
  const words = useFieldWords();
  const taken = useQuery(mailQuarantineQuery);
  const sent = useQuery(mailOutboxQuery);
  const left = useQuery(mailboxStatusQuery);
  const count = (list: readonly unknown[] | null | undefined) => (list?.length ? ` (${list.length})` : '');
  return (
    <div className={classes.trouble}>
      <header className={classes.troubleHead}>
        <h1>{words.kind('mail-trouble')}</h1>
        <p>{words.about('mail-trouble')}</p>
      </header>
      <Tabs defaultValue="in" keepMounted={false} className={classes.troubleTabs}>
        <Tabs.List>
          <Tabs.Tab value="in">{t('mails.in') + count(taken.data)}</Tabs.Tab>
          <Tabs.Tab value="out">{t('mails.out') + count(sent.data)}</Tabs.Tab>
          <Tabs.Tab value="left">{t('mails.left') + count(left.data?.skipped)}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="in">
          <Taken />
        </Tabs.Panel>
        <Tabs.Panel value="out">
          <Sent />
        </Tabs.Panel>
        <Tabs.Panel value="left">
          <Left />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function Taken() {
  const { t } = useTranslation('admin');
  const list = useQuery(mailQuarantineQuery);
  const columns = useMailColumns().taken;
  return (
    <DataTable
      label={t('mails.in')}
      rows={list.data ?? []}
      rowId={(one) => one.id}
      columns={columns}
      state={useTableInUrl('mailsIn')}
      loading={list.isPending}
      error={list.error}
      onRetry={() => void list.refetch()}
      empty={<EmptyState title={t('mails.noneIn')} text={t('mails.noneInHint')} />}
      details={(one) => (
        <MailActs
          about={t('mails.about', { from: one.from || one.sender, to: one.recipient, tries: one.tries })}
          reason={one.reason.includes(':') ? one.reason : undefined}
          raw={`/api/mail-quarantine/${one.id}/raw`}
          retry={() => retryMail(one.id)}
          discard={() => discardMail(one.id)}
        />
      )}
    />
  );
}

function Sent() {
  const { t } = useTranslation('admin');
  const list = useQuery(mailOutboxQuery);
  const columns = useMailColumns().sent;
  return (
    <DataTable
      label={t('mails.out')}
      rows={list.data ?? []}
      rowId={(one) => one.id}
      columns={columns}
      state={useTableInUrl('mailsOut')}
      loading={list.isPending}
      error={list.error}
      onRetry={() => void list.refetch()}
      empty={<EmptyState title={t('mails.noneOut')} text={t('mails.noneOutHint')} />}
      details={(one) => (
        <MailActs
          about={t(`mails.outAbout.${one.state}`)}
          reason={one.outcome}
          retry={one.state === 'sending' ? undefined : () => resendMail(one.id)}
        />
      )}
    />
  );
}

function Left() {
  const { t } = useTranslation('admin');
  const list = useQuery(mailboxStatusQuery);
  const columns = useMailColumns().left;
  return (
    <DataTable
      label={t('mails.left')}
      rows={list.data?.skipped ?? []}
      rowId={(one) => one.id}
      columns={columns}
      state={useTableInUrl('mailsLeft')}
      loading={list.isPending}
      error={list.error}
      onRetry={() => void list.refetch()}
      empty={<EmptyState title={t('mails.noneLeft')} text={t('mails.noneLeftHint')} />}
      details={(one) => (
        <MailActs about={t('mails.leftAbout')} reason={one.detail} discard={() => forgetSkipped(one.id)} />
      )}
    />
  );
}
