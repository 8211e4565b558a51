import { Button, Select, Slider, Stack, Text } from '@mantine/core';
import { IconBell, IconVolume } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startRinging, unlockSound, useRinger } from '@/shared/lib/sound';
import { failed } from '@/shared/ui/failed';
import { startShift } from '../api/state';
import { MicrophoneTest } from './MicrophoneTest';
import classes from './StartShift.module.css';

/**
 * The click that a browser wants before it makes a sound: test of the
 * ringtone, the microphone and notifications, then the floor.
 */
export function StartShift() {
  const { t } = useTranslation('state');
  const [busy, setBusy] = useState(false);
  const [permission, setPermission] = useState<NotificationPermission | 'none'>(() =>
    'Notification' in window ? Notification.permission : 'none',
  );
  const ringer = useRinger();
  const speakers = useSpeakers();

  const start = async () => {
    setBusy(true);
    try {
      await unlockSound();
      if (permission === 'default') setPermission(await Notification.requestPermission());
      await startShift();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  const play = async () => {
    await unlockSound();
    startRinging(true);
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
          <div>
            <div className={classes.row}>
              <Text fw={600}>{t('start.sound')}</Text>
              <Button variant="default" leftSection={<IconVolume size={16} />} onClick={() => void play()}>
                {t('start.play')}
              </Button>
            </div>
            <Slider
              mt="xs"
              label={null}
              thumbLabel={t('start.volume')}
              min={0}
              max={1}
              step={0.05}
              value={ringer.volume}
              onChange={(volume) => ringer.set({ volume })}
            />
            {speakers.length > 1 && (
              <Select
                mt="sm"
                label={t('start.speaker')}
                value={ringer.deviceId}
                onChange={(id) => ringer.set({ deviceId: id ?? '' })}
                data={[
                  { value: '', label: t('start.speakerDefault') },
                  ...speakers.map((one) => ({ value: one.deviceId, label: one.label })),
                ]}
                allowDeselect={false}
              />
            )}
          </div>
          <MicrophoneTest />
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

/** Speakers the browser names; it does so only where a microphone was allowed. */
function useSpeakers(): MediaDeviceInfo[] {
  const [list, setList] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (!media) return undefined;
    const read = () =>
      void media
        .enumerateDevices()
        .then((all) =>
          setList(all.filter((one) => one.kind === 'audiooutput' && one.deviceId !== 'default' && one.label)),
        );
    read();
    media.addEventListener('devicechange', read);
    return () => media.removeEventListener('devicechange', read);
  }, []);
  return list;
}
