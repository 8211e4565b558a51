import { Button, Switch } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRinger } from '@/shared/lib/sound';
import { DeviceSettings } from '@/shared/ui/devices/DeviceSettings';
import { LookChoice } from '@/shared/ui/LookMenu';
import { Window } from '@/shared/ui/Window';
import { OwnChoices } from './OwnChoices';
import { OwnPhoto } from './OwnPhoto';
import classes from './settings.module.css';

/** Look, sounds, devices and notifications of this person in this browser (D-4, D-14, V-45). */
export function SettingsWindow({
  opened,
  onClose,
  calls,
  mails,
}: {
  opened: boolean;
  onClose: () => void;
  /** Takes calls, so has devices to choose. */
  calls: boolean;
  /** Handles mails, so has a way to like it. */
  mails: boolean;
}) {
  const { t } = useTranslation(['settings', 'common']);
  return (
    <Window
      opened={opened}
      onClose={onClose}
      title={t('title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size="30rem"
    >
      <OwnPhoto />
      {mails && <OwnChoices />}
      <section className={classes.part} aria-label={t('look')}>
        <h3>{t('look')}</h3>
        <div className={classes.look}>
          <LookChoice />
        </div>
      </section>
      <Sounds calls={calls} />
      <Notices />
      <p className={classes.soft}>{t('here')}</p>
    </Window>
  );
}

function Sounds({ calls }: { calls: boolean }) {
  const { t } = useTranslation('settings');
  const ringer = useRinger();
  return (
    <section className={classes.part} aria-label={t('sound')}>
      <h3>{t('sound')}</h3>
      <DeviceSettings calls={calls} />
      <Switch
        mt="md"
        label={t('messages')}
        checked={ringer.messages}
        onChange={(event) => ringer.set({ messages: event.currentTarget.checked })}
      />
    </section>
  );
}

function Notices() {
  const { t } = useTranslation('settings');
  const [permission, setPermission] = useState<NotificationPermission | 'none'>(() =>
    'Notification' in window ? Notification.permission : 'none',
  );
  const said = { granted: 'noticesOn', denied: 'noticesOff', none: 'noticesNone' } as const;
  return (
    <section className={classes.part} aria-label={t('notices')}>
      <h3>{t('notices')}</h3>
      <div className={classes.row}>
        <span className={classes.wide}>{t('noticesText')}</span>
        {permission === 'default' ? (
          <Button
            variant="default"
            leftSection={<IconBell size={16} aria-hidden />}
            onClick={() => void Notification.requestPermission().then(setPermission)}
          >
            {t('noticesAsk')}
          </Button>
        ) : (
          <b data-on={permission === 'granted' || undefined}>{t(said[permission])}</b>
        )}
      </div>
    </section>
  );
}
