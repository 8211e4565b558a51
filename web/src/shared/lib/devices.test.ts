import { describe, expect, test } from 'vitest';
import { missingDevices, openMicrophone, type Plugged, useDevices } from './devices';

Object.defineProperty(HTMLMediaElement.prototype, 'setSinkId', {
  value: async () => undefined,
  configurable: true,
});

const device = (label: string) => ({ label, deviceId: label }) as MediaDeviceInfo;
const plugged = (change: Partial<Plugged>): Plugged => ({
  known: true,
  microphones: [device('Headset')],
  speakers: [device('Headset')],
  refused: false,
  ...change,
});

describe('missing devices', () => {
  test('[V-45/messages] [X-2/PAR-3009] [X-2/PAR-3010] [X-2/PAR-3011] each has its own message', () => {
    expect(missingDevices(plugged({}))).toBeUndefined();
    expect(missingDevices(plugged({ microphones: [], speakers: [] }))).toBe('PAR-3009');
    expect(missingDevices(plugged({ microphones: [] }))).toBe('PAR-3010');
    expect(missingDevices(plugged({ refused: true }))).toBe('PAR-3010');
    expect(missingDevices(plugged({ speakers: [] }))).toBe('PAR-3011');
  });

  test('[V-45] what the browser does not tell is not taken for missing', () => {
    expect(missingDevices(plugged({ known: false, microphones: [], speakers: [] }))).toBeUndefined();
    // Before a permission Firefox names nothing and lists no speakers.
    expect(missingDevices(plugged({ microphones: [device('')], speakers: [] }))).toBeUndefined();
  });
});

test('[V-45/choice] the chosen microphone is asked for by name; when it is gone, the system’s is taken', async () => {
  const asked: MediaTrackConstraints[] = [];
  const there = new Set(['headset']);
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: {
      enumerateDevices: async () => [],
      getUserMedia: async ({ audio }: { audio: MediaTrackConstraints }) => {
        asked.push(audio);
        const wanted = (audio.deviceId as { exact: string } | undefined)?.exact;
        if (wanted && !there.has(wanted)) throw new DOMException('', 'OverconstrainedError');
        return { getAudioTracks: () => [{ label: wanted ?? 'system' }] };
      },
    },
  });
  useDevices.setState({ microphoneId: 'headset' });
  expect((await openMicrophone()).label).toBe('headset');
  there.clear();
  expect((await openMicrophone()).label).toBe('system');
  expect(asked).toHaveLength(3);
});
