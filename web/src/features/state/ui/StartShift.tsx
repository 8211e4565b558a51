import { Button, Stack, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openMicrophone } from '@/shared/lib/devices';
import { unlockSound } from '@/shared/lib/sound';
import { failed } from '@/shared/ui/failed';
import { startShift } from '../api/state';
import classes from './StartShift.module.css';

// Not needed to start: it comes right after what is seen first.
const DeviceSettings = lazy(() =>
  import('@/shared/ui/devices/DeviceSettings').then((file) => ({ default: file.DeviceSettings })),
);

/**
 * The click that a browser wants before it makes a sound: test of the
 * ringtone, the devices of calls and notifications, then the floor.
 */
export function StartShift({ calls }: { calls: boolean }) {
  const { t } = useTranslation('state');
  const [busy, setBusy] = useState(false);
  const [permission, setPermission] = useState<NotificationPermission | 'none'>(() =>
    'Notification' in window ? Notification.permission : 'none',
  );

  const start = async () => {
    setBusy(true);
    try {
      await unlockSound();
      // Asked now, so that the first call doesn't wait for it; nobody must have one.
      if (calls)
        void openMicrophone().then(
          (track) => track.stop(),
          () => undefined,
        );
      if (permission === 'default') setPermission(await Notification.requestPermission());
      await startShift();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className={classes.page} aria-labelledby="start-shift">
      <div className={classes.card}>
        <h1 id="start-shift">{t('start.title')}</h1>
        <Text c="dimmed">{t('start.text')}</Text>
        <Button
          size="md"
          fullWidth
          mt="md"
          loading={busy}
          onClick={() => void start()}
          data-autofocus
          autoFocus
        >
          {t('start.button')}
        </Button>
        <Stack gap="md" mt="xl">
          <Suspense fallback={null}>
            <DeviceSettings calls={calls} />
          </Suspense>
          <div className={classes.row}>
            <Text fw={600}>{t('start.notifications')}</Text>
            {permission === 'default' ? (
              <Button
                variant="default"
                leftSection={<IconBell size={16} />}
                onClick={() => void Notification.requestPermission().then(setPermission)}
              >
                {t('start.notificationsAsk')}
              </Button>
            ) : (
              <Text c={permission === 'granted' ? 'var(--ready-ink)' : 'dimmed'} maw={280}>
                {t(permission === 'granted' ? 'start.notificationsOn' : 'start.notificationsOff')}
              </Text>
            )}
          </div>
        </Stack>
      </div>
    </section>
  );
}
