import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import type { DataColumn } from '@/shared/ui/table/columns';
import type { MailboxStatus, OutboundMail, QuarantinedMail } from '../api/mail';
import { useFieldWords } from './words';

type Skipped = NonNullable<MailboxStatus['skipped']>[number];

/** The columns of the three lists of mails that need somebody. */
export function useMailColumns() {
  const { t, i18n } = useTranslation('admin');
  const words = useFieldWords();
  const time = dateFormat(i18n.language, { dateStyle: 'short', timeStyle: 'medium' });
  const at = { id: 'at', label: words.label('at'), width: 180 };
  const subject = { id: 'subject', label: t('mails.subject'), grow: true };
  const why = { id: 'reason', label: t('quarantine.error'), width: 260 };
  const reason = (text: string) => {
    const known = text.split(':')[0] ?? '';
    return i18n.exists(`mails.reason.${known}`, { ns: 'admin' })
      ? t(`mails.reason.${known as 'unreadable'}`)
      : text;
  };
  const taken: DataColumn<QuarantinedMail>[] = [
    { ...at, value: (one) => one.receivedAt, cell: (one) => time.format(one.receivedAt) },
    { id: 'from', label: t('mails.from'), value: (one) => one.from || one.sender, width: 200 },
    { id: 'to', label: t('mails.to'), value: (one) => one.recipient, width: 200 },
    { ...subject, value: (one) => one.subject },
    { ...why, value: (one) => reason(one.reason) },
  ];
  const sent: DataColumn<OutboundMail>[] = [
    { ...at, value: (one) => one.at, cell: (one) => time.format(one.at) },
    {
      id: 'state',
      label: words.label('status'),
      value: (one) => t(`mails.state.${one.state}`),
      width: 130,
    },
    { id: 'from', label: t('mails.from'), value: (one) => one.from, width: 180 },
    {
      id: 'to',
      label: t('mails.to'),
      value: (one) => (one.to ?? []).map((to) => to.address).join(', '),
      width: 200,
    },
    { ...subject, value: (one) => one.subject },
    { ...why, value: (one) => one.outcome },
  ];
  const left: DataColumn<Skipped>[] = [
    { ...at, value: (one) => one.at, cell: (one) => time.format(one.at) },
    { id: 'from', label: t('mails.from'), value: (one) => one.sender, width: 220 },
    { ...subject, value: (one) => one.subject },
    { ...why, value: (one) => reason(one.reason) },
  ];
  return { taken, sent, left };
}
