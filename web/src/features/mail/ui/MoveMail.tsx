import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MailView } from '../api/cases';

const MoveWindow = lazy(() => import('./MoveWindow').then((file) => ({ default: file.MoveWindow })));

/** Takes a mail that joined a wrong case to another one (B-7). */
export function MoveMail({ mail }: { mail: MailView }) {
  const { t } = useTranslation('mail');
  const [opened, setOpened] = useState<boolean>();
  if (!mail.abilities?.includes('move')) return null;
  return (
    <>
      <Tooltip label={t('move.action')}>
        <ActionIcon size="sm" aria-label={t('move.action')} onClick={() => setOpened(true)}>
          <IconArrowsExchange size={16} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {opened !== undefined && (
        <Suspense fallback={null}>
          <MoveWindow mail={mail} opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
