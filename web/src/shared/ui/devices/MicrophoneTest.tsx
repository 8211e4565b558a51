import { Button, Progress, Text } from '@mantine/core';
import { IconMicrophone, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openMicrophone, useDevices } from '@/shared/lib/devices';
import classes from './devices.module.css';

/** Shows that the microphone hears: the level moves as one speaks. It listens only while it is shown. */
export function MicrophoneTest() {
  const { t } = useTranslation();
  const [level, setLevel] = useState<number | null>(null);
  const [none, setNone] = useState(false);
  const { microphoneId, clean } = useDevices();
  const stop = useRef<(() => void) | undefined>(undefined);
  const listening = useRef(false);
  useEffect(() => () => stop.current?.(), []);

  const quiet = () => {
    listening.current = false;
    stop.current?.();
    stop.current = undefined;
    setLevel(null);
  };
  const listen = async () => {
    stop.current?.();
    listening.current = true;
    try {
      stop.current = await measure(setLevel);
      if (!listening.current) stop.current();
      setNone(false);
    } catch {
      quiet();
      setNone(true);
    }
  };
  // Another microphone is heard at once, without a second click.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the choice starts it anew
  useEffect(() => {
    if (listening.current) void listen();
  }, [microphoneId, clean]);

  return (
    <div className={classes.wide}>
      <Button
        variant="default"
        leftSection={level === null ? <IconMicrophone size={16} /> : <IconPlayerStop size={16} />}
        onClick={() => (level === null ? void listen() : quiet())}
      >
        {t(level === null ? 'devices.testMicrophone' : 'devices.stopTest')}
      </Button>
      {level !== null && (
        <Progress
          mt="sm"
          value={Math.max(2, Math.round(level * 100))}
          aria-label={t('devices.microphoneLevel')}
          color="green"
        />
      )}
      {none && (
        <Text mt="xs" c="dimmed" role="status">
          {t('devices.microphoneNone')}
        </Text>
      )}
    </div>
  );
}

async function measure(show: (level: number) => void): Promise<() => void> {
  const track = await openMicrophone();
  const audio = new AudioContext();
  await audio.resume();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 512;
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const look = () => {
    analyser.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    show(Math.min(1, peak * 2));
  };
  look();
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    track.stop();
    void audio.close();
  };
}
