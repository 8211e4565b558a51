import type { Page } from '@playwright/test';

/** Where the demo's call button leads. */
const BUTTON = '/call/demo-call';

/**
 * Lets a page say how loud a frequency is in what it hears: keeps its
 * connections and listens to the newest one. Runs before the page's own code.
 */
export async function giveEars(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const all: RTCPeerConnection[] = [];
    const Original = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Original {
      constructor(config?: RTCConfiguration) {
        super(config);
        all.push(this);
      }
      // A firewall in the way: what is agreed leads nowhere (blockSound).
      override setRemoteDescription(answer: RTCSessionDescriptionInit): Promise<void> {
        const { soundBlocked } = window as { soundBlocked?: boolean };
        const sdp = soundBlocked
          ? answer.sdp?.replace(/^(a=candidate:.*(?:udp|tcp) \S+ \S+) \d+/gm, '$1 9')
          : answer.sdp;
        return super.setRemoteDescription({ ...answer, sdp });
      }
    };
    const ears = new Map<MediaStreamTrack, AnalyserNode>();
    let audio: AudioContext | undefined;
    const listen = (track: MediaStreamTrack): AnalyserNode => {
      const known = ears.get(track);
      if (known) return known;
      audio ??= new AudioContext();
      const ear = audio.createAnalyser();
      ear.fftSize = 4096;
      ear.smoothingTimeConstant = 0;
      const stream = new MediaStream([track]);
      // Chromium lets a remote track flow only into an element.
      const element = new Audio();
      element.muted = true;
      element.srcObject = stream;
      void element.play();
      audio.createMediaStreamSource(stream).connect(ear);
      ears.set(track, ear);
      return ear;
    };
    Object.assign(window, {
      microphone: () => all.at(-1)?.getSenders()[0]?.track?.getSettings().deviceId,
      loudness: async (hz: number): Promise<number> => {
        const open = all.filter((one) => one.connectionState === 'connected').at(-1);
        const track = open?.getReceivers()[0]?.track;
        if (!track) return -200;
        const ear = listen(track);
        await audio?.resume();
        await new Promise((over) => setTimeout(over, 150));
        const bins = new Float32Array(ear.frequencyBinCount);
        ear.getFloatFrequencyData(bins);
        if (hz === 0) return Math.max(...bins);
        const at = Math.round((hz * ear.fftSize) / (audio?.sampleRate ?? 48_000));
        return Math.max(...bins.slice(at - 2, at + 3));
      },
    });
  });
}

type Hearing = { loudness: (hz: number) => Promise<number> };

/** Decibels of a frequency in what the page hears; of the loudest one for 0. About −30 is a tone, below −70 nothing. */
export const loudness = (page: Page, hz: number): Promise<number> =>
  page.evaluate((wanted) => (window as unknown as Hearing).loudness(wanted), hz);

/** From now on connections of the page lead nowhere, or again to the server. */
export const blockSound = (page: Page, soundBlocked: boolean): Promise<void> =>
  page.evaluate((blocked) => void Object.assign(window, { soundBlocked: blocked }), soundBlocked);

/** Which device the page's newest connection takes its sound from. */
export const microphoneOf = (page: Page): Promise<string> =>
  page.evaluate(() => (window as unknown as { microphone: () => string }).microphone());

/** Where a page's sound goes: of tones it makes, of voices it plays; '' is the system's own device. */
interface Sound {
  tones?: string[];
  voices?: string[];
}

/** From now on the page notes which devices its sound goes to. */
export async function followSound(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: Sound = {};
    const note = (kind: keyof Sound, device: string) => {
      noted[kind] = [...new Set([...(noted[kind] ?? []), device])];
    };
    const contexts = new Set<BaseAudioContext>();
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...when) {
      contexts.add(this.context);
      return start.apply(this, when);
    };
    const voices = new Set<HTMLMediaElement>();
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
      if (!this.muted) voices.add(this);
      return play.apply(this);
    };
    Object.assign(window, {
      sound: () => {
        for (const one of contexts) note('tones', String((one as AudioContext & { sinkId: string }).sinkId));
        for (const one of voices) if (!one.muted) note('voices', one.sinkId);
        return noted;
      },
    });
  });
}

export const soundOf = (page: Page): Promise<Sound> =>
  page.evaluate(() => (window as unknown as { sound: () => Sound }).sound());

/** A customer on the demo company's site who calls from the browser, with a tone for a voice. */
export class Caller {
  constructor(readonly page: Page) {}

  /** Presses the button; over when the line stands. */
  async call(hz: number): Promise<void> {
    await this.page.mouse.click(5, 5); // sound wants a gesture
    await this.page.evaluate(
      async ({ button, tone }) => {
        const audio = new AudioContext();
        await audio.resume();
        const voice = audio.createOscillator();
        const gain = audio.createGain();
        const out = audio.createMediaStreamDestination();
        voice.frequency.value = tone;
        gain.gain.value = 0.3;
        voice.connect(gain).connect(out);
        voice.start();
        const line = new RTCPeerConnection();
        for (const track of out.stream.getAudioTracks()) line.addTrack(track, out.stream);
        await line.setLocalDescription(await line.createOffer());
        const post = async (path: string, body: object) => {
          const answer = await fetch(`${location.origin.replace('shop.', 'chat.')}${button}${path}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
          });
          if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
          return answer.json();
        };
        const { token } = await post('/token', {});
        const call = await post('/calls', {
          token,
          sdp: line.localDescription?.sdp,
          page: { url: location.href, title: document.title },
          lang: 'ru',
        });
        Object.assign(window, { line, call });
        await line.setRemoteDescription({ type: 'answer', sdp: call.sdp });
      },
      { button: BUTTON, tone: hz },
    );
    await this.page.waitForFunction(
      () => (window as unknown as { line: RTCPeerConnection }).line.connectionState === 'connected',
    );
  }

  /** Ends the call, if there is one. */
  async hangUp(): Promise<void> {
    await this.page.evaluate(async (button) => {
      const { call, line } = window as unknown as {
        call?: { callId: string; secret: string };
        line: RTCPeerConnection;
      };
      if (!call) return;
      await fetch(`${location.origin.replace('shop.', 'chat.')}${button}/calls/${call.callId}/end`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${call.secret}` },
      });
      line.close();
    }, BUTTON);
  }
}
