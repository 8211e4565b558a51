import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** How offers sound on this machine. The ringer may be another device than the headset. */
export interface Ringer {
  volume: number;
  deviceId: string;
  /** Whether a message nobody looks at ticks (C-5). */
  messages: boolean;
  set: (change: Partial<Omit<Ringer, 'set'>>) => void;
}

export const useRinger = create<Ringer>()(
  persist((set) => ({ volume: 0.7, deviceId: '', messages: true, set: (change) => set(change) }), {
    name: 'parley.ringer',
    version: 1,
  }),
);

let context: AudioContext | undefined;
let ringing: { stop: () => void } | undefined;

/** Must be called from a click: browsers give sound to a page only after one. */
export async function unlockSound(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
}

/** Two soft bells, again every three seconds, until stopped. */
export function startRinging(once = false): void {
  if (ringing || !context) return;
  void playThrough(context);
  const gain = context.createGain();
  gain.gain.value = useRinger.getState().volume;
  gain.connect(context.destination);
  const strike = () => {
    if (!context) return;
    bell(context, gain, 880, context.currentTime);
    bell(context, gain, 1174.66, context.currentTime + 0.22);
  };
  strike();
  const timer = once ? undefined : setInterval(strike, 3_000);
  ringing = {
    stop: () => {
      clearInterval(timer);
      gain.disconnect();
    },
  };
  if (once) setTimeout(stopRinging, 1_500);
}

export function stopRinging(): void {
  ringing?.stop();
  ringing = undefined;
}

/** Three rising tones through the speaker of calls, so that a person knows where voices will be heard. */
export async function playTestTone(deviceId: string): Promise<void> {
  const audio = new AudioContext();
  await audio.resume();
  const able = audio as SinkContext;
  if (able.setSinkId) await able.setSinkId(deviceId);
  const gain = audio.createGain();
  gain.gain.value = 0.7;
  gain.connect(audio.destination);
  for (const [n, hz] of [440, 554.37, 659.25].entries())
    bell(audio, gain, hz, audio.currentTime + n * 0.25, 0.5);
  await new Promise((over) => setTimeout(over, 1_500));
  await audio.close();
}

/** A short tick for a new message out of focus. */
export function tick(): void {
  const { volume, messages } = useRinger.getState();
  if (!context || !messages || volume === 0) return;
  void playThrough(context);
  const gain = context.createGain();
  gain.gain.value = volume * 0.5;
  gain.connect(context.destination);
  bell(context, gain, 660, context.currentTime, 0.25);
}

function bell(audio: AudioContext, to: AudioNode, frequency: number, at: number, length = 0.9): void {
  const tone = audio.createOscillator();
  const envelope = audio.createGain();
  tone.frequency.value = frequency;
  envelope.gain.setValueAtTime(0, at);
  envelope.gain.linearRampToValueAtTime(0.4, at + 0.01);
  envelope.gain.exponentialRampToValueAtTime(0.001, at + length);
  tone.connect(envelope).connect(to);
  tone.start(at);
  tone.stop(at + length);
}

type SinkContext = AudioContext & { setSinkId?: (id: string) => Promise<void>; sinkId?: string };

// Chromium alone can send an AudioContext to a chosen device.
async function playThrough(audio: AudioContext): Promise<void> {
  const device = useRinger.getState().deviceId;
  const able = audio as SinkContext;
  if (!able.setSinkId || able.sinkId === device) return;
  try {
    await able.setSinkId(device);
  } catch {
    useRinger.getState().set({ deviceId: '' }); // unplugged: the system's speaker
  }
}
