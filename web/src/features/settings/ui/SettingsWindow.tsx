import { Button, Slider, Switch, Text } from '@mantine/core';
import { IconBell, IconVolume } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startRinging, unlockSound, useRinger } from '@/shared/lib/sound';
import { LookChoice } from '@/shared/ui/LookMenu';
import { Window } from '@/shared/ui/Window';
import classes from './settings.module.css';

/** Look, sounds and notifications of this person in this browser (D-4, D-14). */
export function SettingsWindow({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'common']);
  return (
    <Window
      opened={opened}
      onClose={onClose}
      title={t('title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size="30rem"
    >
      <section className={classes.part} aria-label={t('look')}>
        <h3>{t('look')}</h3>
        <div className={classes.look}>
          <LookChoice />
        </div>
      </section>
      <Sounds />
      <Notices />
      <p className={classes.soft}>{t('here')}</p>
    </Window>
  );
}

function Sounds() {
  const { t } = useTranslation('settings');
  const ringer = useRinger();
  const play = async () => {
    await unlockSound();
    startRinging(true);
  };
  return (
    <section className={classes.part} aria-label={t('sound')}>
      <h3>{t('sound')}</h3>
      <div className={classes.row}>
        <div className={classes.wide}>
          <Text size="sm">{t('volume')}</Text>
          <Slider
            label={null}
            thumbLabel={t('volume')}
            min={0}
            max={1}
            step={0.05}
            value={ringer.volume}
            onChange={(volume) => ringer.set({ volume })}
          />
        </div>
        <Button
          variant="default"
          leftSection={<IconVolume size={16} aria-hidden />}
          onClick={() => void play()}
        >
          {t('play')}
        </Button>
      </div>
      <Switch
        mt="sm"
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
