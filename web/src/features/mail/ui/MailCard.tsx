import { IconAlertTriangle, IconRobot, IconUserQuestion } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Address, type MailView, shownAddress } from '../api/cases';
import classes from './history.module.css';
import { MailBody } from './MailBody';
import { MailFiles } from './MailFiles';
import { useWhen } from './useWhen';

const JOINED = ['key', 'references', 'follow'] as const;
const FATES = ['draft', 'sending', 'failed', 'doubtful'] as const;

/** One mail of a case: from whom and when, what is to be known about it, its text and its files. */
export function MailCard({ mail, actions }: { mail: MailView; actions?: ReactNode }) {
  const { t } = useTranslation('mail');
  const when = useWhen();
  const who = mail.direction === 'out' && mail.userName ? mail.userName : mail.from.name || mail.from.address;
  const address = mail.direction === 'in' && mail.from.name ? mail.from.address : '';
  const acknowledgement = mail.kind === 'acknowledgement';
  return (
    <article className={classes.mail} data-direction={mail.direction} data-state={mail.state}>
      <header className={classes.line}>
        <span className={classes.from}>
          <b translate="no">{acknowledgement ? t('mail.acknowledgement') : who}</b>{' '}
          {address && <span className={classes.soft}>{address}</span>}
        </span>
        {actions}
        <time className="num" dateTime={new Date(mail.at).toISOString()}>
          {when(mail.at, true)}
        </time>
      </header>
      <Receivers label={t('mail.to')} list={mail.to} />
      <Receivers label={t('mail.cc')} list={mail.cc} />
      <Receivers label={t('mail.bcc')} list={mail.bcc} />
      {mail.subject && <p className={classes.subject}>{mail.subject}</p>}
      <Marks mail={mail} />
      <MailBody mail={mail} />
      <MailFiles files={mail.files ?? []} />
    </article>
  );
}

function Receivers({ label, list }: { label: string; list: Address[] | null }) {
  if (!list || list.length === 0) return null;
  return (
    <p className={classes.soft}>
      {label}: <span translate="no">{list.map(shownAddress).join(', ')}</span>
    </p>
  );
}

/** What an agent must know before answering: a stranger in the case, a machine, a broken mail; why it is here. */
function Marks({ mail }: { mail: MailView }) {
  const { t } = useTranslation('mail');
  const when = useWhen();
  const joined = mail.direction === 'in' && JOINED.find((one) => one === mail.joinedBy);
  const fate = FATES.find((one) => one === mail.state);
  const key = mail.threadKeys?.[0];
  const problems = mail.problems ?? [];
  return (
    <ul className={classes.marks}>
      {fate && (
        <li data-tone={fate === 'failed' || fate === 'doubtful' ? 'warn' : undefined}>
          {t(`mail.fate.${fate}`)}
          {mail.outcome && `: ${mail.outcome}`}
        </li>
      )}
      {mail.newSender && (
        <li data-tone="warn">
          <IconUserQuestion size={14} aria-hidden /> {t('mail.newSender')}
        </li>
      )}
      {mail.automatic && (
        <li>
          <IconRobot size={14} aria-hidden /> {t('mail.automatic')}
        </li>
      )}
      {problems.length > 0 && (
        <li data-tone="warn" title={problems.join('\n')}>
          <IconAlertTriangle size={14} aria-hidden /> {t('mail.problems')}
        </li>
      )}
      {joined && <li>{t(`mail.joined.${joined}`)}</li>}
      {mail.moved && (
        <li>
          {t('mail.moved', { name: mail.moved.by, at: when(mail.moved.at, true), number: mail.moved.from })}
        </li>
      )}
      {key && (
        <li className={classes.key} translate="no" title={t('mail.key')}>
          {key}
        </li>
      )}
    </ul>
  );
}
