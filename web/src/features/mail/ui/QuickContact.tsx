import { Button, HoverCard } from '@mantine/core';
import { IconMailPlus } from '@tabler/icons-react';
import type { MouseEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { compose } from '../api/composing';
import classes from './quick.module.css';

interface QuickContactProps {
  name: string;
  address: string;
  children: ReactElement;
}

// The card belongs to a row, which hears clicks.
const stop = (event: MouseEvent) => event.stopPropagation();

/** Over a customer's name: the address, and a new mail to it (E-11). */
export function QuickContact({ name, address, children }: QuickContactProps) {
  const { t } = useTranslation('mail');
  if (!address) return children;
  return (
    <HoverCard
      withRoles={false}
      openDelay={400}
      closeDelay={200}
      position="bottom-start"
      withinPortal
      shadow="md"
    >
      <HoverCard.Target>{children}</HoverCard.Target>
      <HoverCard.Dropdown className={classes.card} onClick={stop} onDoubleClick={stop}>
        {name && (
          <b className={classes.name} translate="no">
            {name}
          </b>
        )}
        <span className={classes.address} translate="no">
          {address}
        </span>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconMailPlus size={16} stroke={1.7} aria-hidden />}
          onClick={() => compose([{ name: name || undefined, address }])}
        >
          {t('work.newMail')}
        </Button>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
