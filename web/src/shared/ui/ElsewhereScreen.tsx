import { Button } from '@mantine/core';
import { IconBrowserShare } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { workHere } from '@/shared/lib/liveTab';
import { EmptyState } from './EmptyState';

/** Stands instead of the desk while another tab of this browser is the live one. */
export function ElsewhereScreen({ onWorkHere = workHere }: { onWorkHere?: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={IconBrowserShare}
      title={t('connection.elsewhere')}
      text={t('connection.elsewhereText')}
      action={<Button onClick={() => onWorkHere()}>{t('connection.workHere')}</Button>}
    />
  );
}
