import { ActionIcon, Button, Tooltip } from '@mantine/core';
import {
  IconArrowBack,
  IconArrowBackUpDouble,
  IconFileText,
  IconMailForward,
  IconRefresh,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failed } from '@/shared/ui/failed';
import type { MailView } from '../../api/cases';
import { type DraftKind, retryMail } from '../../api/mails';
import { MoveMail } from '../MoveMail';
import classes from './work.module.css';

interface MailToolsProps {
  mail: MailView;
  /** Left out where nothing can be written. */
  onBegin?: (kind: DraftKind, mailId: string) => void;
}

const kinds = [
  { kind: 'reply', icon: IconArrowBack },
  { kind: 'reply_all', icon: IconArrowBackUpDouble },
  { kind: 'forward', icon: IconMailForward },
] as const;

/** What can be done with one mail of the history (E-22, E-31). */
export function MailTools({ mail, onBegin }: MailToolsProps) {
  const { t } = useTranslation(['mail', 'common']);
  const [busy, setBusy] = useState(false);
  const may = (ability: string) => mail.abilities?.includes(ability) ?? false;
  const again = async () => {
    setBusy(true);
    await retryMail(mail.id).catch(failed);
    setBusy(false);
  };
  return (
    <span className={classes.mailTools} data-tools>
      {may('retry') && (
        <Button
          size="compact-xs"
          color="red"
          loading={busy}
          leftSection={<IconRefresh size={14} aria-hidden />}
          title={mail.outcome || undefined}
          onClick={() => void again()}
        >
          {t('common:action.retry')}
        </Button>
      )}
      {onBegin &&
        kinds
          .filter(({ kind }) => may(kind))
          .map(({ kind, icon: Sign }) => (
            <Tooltip key={kind} label={t(`work.begin.${kind}`)}>
              <ActionIcon
                size="sm"
                aria-label={t(`work.begin.${kind}`)}
                onClick={() => onBegin(kind, mail.id)}
              >
                <Sign size={16} stroke={1.7} aria-hidden />
              </ActionIcon>
            </Tooltip>
          ))}
      <MoveMail mail={mail} />
      {mail.state !== 'draft' && (
        <Tooltip label={t('work.asText')}>
          <ActionIcon
            size="sm"
            component="a"
            href={`/api/mails/${mail.id}/text`}
            target="_blank"
            rel="noopener noreferrer"
            aria-label={t('work.asText')}
          >
            <IconFileText size={16} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  );
}
