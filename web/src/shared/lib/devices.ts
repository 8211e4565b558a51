import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** Which devices a call uses on this machine; empty ids are the system's own choice. */
export interface DeviceChoice {
  microphoneId: string;
  speakerId: string;
  /** Echo and noise are taken out by the browser; off for headsets that do it themselves. */
  clean: boolean;
  set: (change: Partial<Omit<DeviceChoice, 'set'>>) => void;
}

export const useDevices = create<DeviceChoice>()(
  persist((set) => ({ microphoneId: '', speakerId: '', clean: true, set: (change) => set(change) }), {
    name: 'parley.devices',
    version: 1,
  }),
);

/** What is plugged in. `known` is false until it was looked at, or where the browser does not tell. */
export interface Plugged {
  known: boolean;
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
  /** The microphone was refused, by the person or by the browser's settings. */
  refused: boolean;
}

export const usePlugged = create<Plugged>(() => ({
  known: false,
  microphones: [],
  speakers: [],
  refused: false,
}));

/** Whether this browser, on this address, can talk at all. */
export function canTalk(): boolean {
  return typeof RTCPeerConnection === 'function' && 'mediaDevices' in navigator;
}

/** Whether sound can be sent to a chosen device; Safari always uses the system's. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

let watching = false;

/** Notices devices that are plugged in or taken away, until the page goes. */
export function watchDevices(): void {
  if (watching || !('mediaDevices' in navigator)) return;
  watching = true;
  navigator.mediaDevices.addEventListener('devicechange', () => void lookForDevices());
  void lookForDevices();
}

/** Looks again, as after a permission, which gives the devices their names. */
export async function lookForDevices(): Promise<void> {
  if (!('mediaDevices' in navigator)) return;
  try {
    const all = await navigator.mediaDevices.enumerateDevices();
    const of = (kind: MediaDeviceKind) => all.filter((one) => one.kind === kind);
    usePlugged.setState({ known: true, microphones: of('audioinput'), speakers: of('audiooutput') });
  } catch {
    usePlugged.setState({ known: false });
  }
}

/**
 * The chosen microphone's sound, or the system's when that one is not there.
 * Throws what getUserMedia throws when there is none, or it was refused.
 */
export async function openMicrophone(): Promise<MediaStreamTrack> {
  const { microphoneId, clean } = useDevices.getState();
  const audio: MediaTrackConstraints = {
    echoCancellation: clean,
    noiseSuppression: clean,
    autoGainControl: clean,
  };
  try {
    const stream = await hear(audio, microphoneId);
    usePlugged.setState({ refused: false });
    const track = stream.getAudioTracks()[0];
    if (!track) throw new DOMException('no microphone', 'NotFoundError');
    // Only now the devices have names, and Firefox lists the speakers.
    void lookForDevices();
    return track;
  } catch (error) {
    const refused = error instanceof DOMException && error.name === 'NotAllowedError';
    usePlugged.setState({ refused });
    throw error;
  }
}

// A wish alone does not do: Chromium takes the system's microphone before one that is only ideal.
async function hear(audio: MediaTrackConstraints, id: string): Promise<MediaStream> {
  const media = navigator.mediaDevices;
  if (!id) return media.getUserMedia({ audio });
  try {
    return await media.getUserMedia({ audio: { ...audio, deviceId: { exact: id } } });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotAllowedError') throw error;
    return media.getUserMedia({ audio }); // unplugged
  }
}

/** What is missing for a call, as the code of its banner. */
export function missingDevices(plugged: Plugged): 'PAR-3009' | 'PAR-3010' | 'PAR-3011' | undefined {
  if (!plugged.known) return undefined;
  const microphone = plugged.microphones.length > 0 && !plugged.refused;
  // Without names the list of speakers may be kept back rather than empty.
  const named = plugged.microphones.some((one) => one.label !== '');
  const tells = canChooseSpeaker() && (named || plugged.microphones.length === 0);
  const speaker = plugged.speakers.length > 0 || !tells;
  if (microphone && speaker) return undefined;
  if (!microphone && plugged.speakers.length === 0 && tells) return 'PAR-3009';
  return microphone ? 'PAR-3011' : 'PAR-3010';
}
