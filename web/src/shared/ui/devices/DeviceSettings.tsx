import { Button, Select, Slider, Switch, Text } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canChooseSpeaker, canTalk, useDevices, usePlugged, watchDevices } from '@/shared/lib/devices';
import { playTestTone, startRinging, unlockSound, useRinger } from '@/shared/lib/sound';
import classes from './devices.module.css';
import { MicrophoneTest } from './MicrophoneTest';

/** Which devices ring, play and hear on this machine, each with a test (A-2, V-45). */
export function DeviceSettings({ calls }: { calls: boolean }) {
  const { t } = useTranslation();
  const ringer = useRinger();
  const devices = useDevices();
  const plugged = usePlugged();
  useEffect(watchDevices, []);
  const speakers = canChooseSpeaker() ? plugged.speakers : [];
  return (
    <div className={classes.settings}>
      <section className={classes.part} aria-labelledby="devices-ringer">
        <h3 id="devices-ringer" className={classes.title}>
          {t('devices.ringer')}
        </h3>
        <DeviceSelect
          label={t('devices.ringerDevice')}
          devices={speakers}
          value={ringer.deviceId}
          onChange={(deviceId) => ringer.set({ deviceId })}
        />
        <Slider
          className={classes.wide}
          label={null}
          thumbLabel={t('devices.volume')}
          min={0}
          max={1}
          step={0.05}
          value={ringer.volume}
          onChange={(volume) => ringer.set({ volume })}
        />
        <Button
          variant="default"
          leftSection={<IconVolume size={16} />}
          onClick={() => void unlockSound().then(() => startRinging(true))}
        >
          {t('devices.playRinger')}
        </Button>
      </section>
      {calls && canTalk() && (
        <>
          <section className={classes.part} aria-labelledby="devices-speaker">
            <h3 id="devices-speaker" className={classes.title}>
              {t('devices.speaker')}
            </h3>
            <DeviceSelect
              label={t('devices.speakerDevice')}
              devices={speakers}
              value={devices.speakerId}
              onChange={(speakerId) => devices.set({ speakerId })}
            />
            <SpeakerTest speakerId={devices.speakerId} />
          </section>
          <section className={classes.part} aria-labelledby="devices-microphone">
            <h3 id="devices-microphone" className={classes.title}>
              {t('devices.microphone')}
            </h3>
            <DeviceSelect
              label={t('devices.microphoneDevice')}
              devices={plugged.microphones}
              value={devices.microphoneId}
              onChange={(microphoneId) => devices.set({ microphoneId })}
            />
            <MicrophoneTest />
            <Switch
              className={classes.wide}
              label={t('devices.clean')}
              description={t('devices.cleanHint')}
              checked={devices.clean}
              onChange={(event) => devices.set({ clean: event.currentTarget.checked })}
            />
          </section>
        </>
      )}
    </div>
  );
}

interface DeviceSelectProps {
  label: string;
  devices: MediaDeviceInfo[];
  value: string;
  onChange: (deviceId: string) => void;
}

/** Devices have names only after the microphone was allowed once; before that there is nothing to choose. */
function DeviceSelect({ label, devices, value, onChange }: DeviceSelectProps) {
  const { t } = useTranslation();
  // The browser repeats the system's own device under these names.
  const named = devices.filter((one) => one.label && !['default', 'communications'].includes(one.deviceId));
  if (named.length === 0) return null;
  const gone = value !== '' && !named.some((one) => one.deviceId === value);
  return (
    <Select
      className={classes.wide}
      aria-label={label}
      value={value}
      onChange={(id) => onChange(id ?? '')}
      data={[
        { value: '', label: t('devices.system') },
        ...named.map((one) => ({ value: one.deviceId, label: one.label })),
        ...(gone ? [{ value, label: t('devices.unplugged'), disabled: true }] : []),
      ]}
      allowDeselect={false}
    />
  );
}

function SpeakerTest({ speakerId }: { speakerId: string }) {
  const { t } = useTranslation();
  const [failed, setFailed] = useState(false);
  return (
    <div className={classes.wide}>
      <Button
        variant="default"
        leftSection={<IconVolume size={16} />}
        onClick={() =>
          void playTestTone(speakerId).then(
            () => setFailed(false),
            () => setFailed(true),
          )
        }
      >
        {t('devices.testSpeaker')}
      </Button>
      {failed && (
        <Text mt="xs" c="dimmed" role="status">
          {t('devices.speakerNone')}
        </Text>
      )}
    </div>
  );
}
