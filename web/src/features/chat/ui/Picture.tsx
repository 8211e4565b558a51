import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Window } from '@/shared/ui/Window';
import classes from './chat.module.css';

export interface Shown {
  href: string;
  name: string;
}

/** A picture of the conversation in full size (C-11). */
export function Picture({ shown, onClose }: { shown: Shown | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Window
      opened={shown !== null}
      onClose={onClose}
      size="auto"
      title={shown?.name}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {shown && (
        <>
          <img className={classes.full} src={shown.href} alt={shown.name} />
          <Button
            component="a"
            href={shown.href}
            download={shown.name}
            variant="default"
            mt="sm"
            leftSection={<IconDownload size={16} aria-hidden />}
          >
            {t('action.download')}
          </Button>
        </>
      )}
    </Window>
  );
}
