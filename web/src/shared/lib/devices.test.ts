import { describe, expect, test } from 'vitest';
import { missingDevices, type Plugged } from './devices';

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
  test('[V-45] [X-2/PAR-3009] [X-2/PAR-3010] [X-2/PAR-3011] each has its own message', () => {
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
