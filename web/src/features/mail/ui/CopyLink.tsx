import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCopyLink } from './useCopyLink';

export function CopyLink({ caseId }: { caseId: string }) {
  const { t } = useTranslation('mail');
  const copyLink = useCopyLink();
  return (
    <Tooltip label={t('link.copy')}>
      <ActionIcon aria-label={t('link.copy')} onClick={() => copyLink(caseId)}>
        <IconLink size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
