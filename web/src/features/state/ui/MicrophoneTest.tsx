import { Button, Progress, Text } from '@mantine/core';
import { IconMicrophone } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './StartShift.module.css';

/** Shows that the microphone hears: the level moves as one speaks. It listens only while it is shown. */
export function MicrophoneTest() {
  const { t } = useTranslation('state');
  const [level, setLevel] = useState<number | null>(null);
  const [none, setNone] = useState(false);
  const stop = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const listen = async () => {
    stop.current?.();
    try {
      stop.current = await measure(setLevel);
      setNone(false);
    } catch {
      setNone(true);
      setLevel(null);
    }
  };

  return (
    <div>
      <div className={classes.row}>
        <Text fw={600}>{t('start.microphone')}</Text>
        <Button variant="default" leftSection={<IconMicrophone size={16} />} onClick={() => void listen()}>
          {t('start.microphoneAsk')}
        </Button>
      </div>
      {level !== null && (
        <Progress
          mt="xs"
          value={Math.max(2, Math.round(level * 100))}
          aria-label={t('start.microphoneLevel')}
          color="green"
        />
      )}
      {none && (
        <Text mt="xs" c="dimmed" role="status">
          {t('start.microphoneNone')}
        </Text>
      )}
    </div>
  );
}

async function measure(show: (level: number) => void): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const audio = new AudioContext();
  await audio.resume();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 512;
  audio.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    show(Math.min(1, peak * 2));
  }, 100);
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void audio.close();
  };
}
