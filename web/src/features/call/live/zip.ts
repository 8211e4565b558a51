import { useDevices } from '@/shared/lib/devices';

const LENGTH = 0.3; // seconds
const HZ = 480;
// A browser that keeps sound back never says so, it only waits for a click.
const RUNS_WITHIN = 500; // ms

/**
 * The beep in the headset that says: the next thing you hear is a customer (V-5).
 * True when it sounded; false when the browser keeps the page silent, or the
 * speaker is gone: nobody would hear the customer either.
 */
export async function zipTone(): Promise<boolean> {
  const audio = new AudioContext() as AudioContext & { setSinkId?: (id: string) => Promise<void> };
  try {
    await Promise.race([audio.resume(), new Promise((over) => setTimeout(over, RUNS_WITHIN))]);
    if (audio.state !== 'running') return false;
    await audio.setSinkId?.(useDevices.getState().speakerId);
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.frequency.value = HZ;
    loud.gain.value = 0.25;
    tone.connect(loud).connect(audio.destination);
    const over = new Promise((ended) => {
      tone.onended = ended;
    });
    tone.start();
    tone.stop(audio.currentTime + LENGTH);
    await over;
    return true;
  } catch {
    return false;
  } finally {
    void audio.close();
  }
}
