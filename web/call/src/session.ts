// One call after another: what is shown and what the customer may do.

import { currentPage } from '../../widget/src/host';
import { type Answered, type Api, Bad, type CallState, type Config } from './api';
import type { TextKey } from './texts';

export type Phase = 'idle' | 'asking' | 'connecting' | 'waiting' | 'talking' | 'held' | 'ended' | 'refused';

export interface State {
  phase: Phase;
  agent: string;
  /** Place in the queue. */
  position?: number;
  /** When the talk began, by this browser's clock; 0 before. */
  since: number;
  muted: boolean;
  /** No answer from the server at the moment. */
  lost: boolean;
  /** The words for ended and refused. */
  why: TextKey | '';
  config: Config | null;
}

type Busy = Exclude<Phase, 'idle' | 'ended' | 'refused'>;
const busy: readonly Phase[] = ['asking', 'connecting', 'waiting', 'talking', 'held'];

export const isBusy = (phase: Phase): phase is Busy => busy.includes(phase);

export class Session {
  state: State = { phase: 'idle', agent: '', since: 0, muted: false, lost: false, why: '', config: null };
  readonly #api: Api;
  readonly #wishes: string[];
  readonly #audio: HTMLAudioElement;
  #changed: () => void = () => {};
  #attempt: Attempt | null = null;

  constructor(api: Api, wishes: string[], audio: HTMLAudioElement) {
    this.#api = api;
    this.#wishes = wishes;
    this.#audio = audio;
  }

  subscribe(changed: () => void): void {
    this.#changed = changed;
  }

  async load(): Promise<void> {
    this.#set({ config: await this.#api.config(this.#wishes) });
  }

  async call(): Promise<void> {
    if (isBusy(this.state.phase)) return;
    const attempt = new Attempt();
    this.#attempt = attempt;
    this.#set({ phase: 'asking', agent: '', since: 0, muted: false, lost: false, why: '' });
    try {
      await this.#setUp(attempt);
    } catch (e) {
      if (this.#attempt === attempt) this.#over('refused', refusal(e));
    }
  }

  hangUp(): void {
    const call = this.#attempt?.call;
    if (call) this.#api.end(call).catch(() => {});
    if (this.#attempt) this.#over('ended', 'ended_customer');
  }

  /** The page goes away. */
  leave(): void {
    const call = this.#attempt?.call;
    if (call) this.#api.leave(call);
    if (this.#attempt) this.#over('ended', 'ended_customer');
  }

  dismiss(): void {
    if (!isBusy(this.state.phase)) this.#set({ phase: 'idle', why: '' });
  }

  mute(muted: boolean): void {
    for (const t of this.#attempt?.microphone?.getAudioTracks() ?? []) t.enabled = !muted;
    this.#set({ muted });
  }

  press(digit: string): void {
    const sender = this.#attempt?.pc?.getSenders()[0];
    sender?.dtmf?.insertDTMF(sender.dtmf.toneBuffer + digit, 100, 70);
  }

  async #setUp(a: Attempt): Promise<void> {
    if (!window.RTCPeerConnection || !navigator.mediaDevices) throw 'noCalls';
    await this.load();
    const config = this.state.config;
    if (!config?.open) throw 'closed';
    if (!config.available) throw 'nobody';
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    a.microphone = microphone;
    if (this.#attempt !== a) return a.close();
    this.#set({ phase: 'connecting' });
    const pc = new RTCPeerConnection();
    a.pc = pc;
    for (const t of microphone.getAudioTracks()) pc.addTrack(t, microphone);
    pc.ontrack = (e) => {
      this.#audio.srcObject = new MediaStream([e.track]);
      this.#audio.play().catch(() => {});
    };
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === 'failed' && this.#attempt === a) this.#over('ended', 'failed');
    };
    await pc.setLocalDescription(await pc.createOffer());
    const { token } = await this.#api.token();
    const sdp = pc.localDescription?.sdp ?? '';
    const call = await this.#api.call({ token, sdp, page: currentPage(), lang: config.lang });
    a.call = call;
    if (this.#attempt !== a) {
      this.#api.end(call).catch(() => {});
      return a.close();
    }
    await pc.setRemoteDescription({ type: 'answer', sdp: call.sdp });
    this.#set({ phase: 'waiting' });
    void this.#follow(a, call);
  }

  async #follow(a: Attempt, call: Answered): Promise<void> {
    let n = 0;
    let pause = 500;
    while (this.#attempt === a) {
      try {
        const s = await this.#api.state(call, n, a.abort.signal);
        if (this.#attempt !== a) return;
        n = s.n;
        pause = 500;
        this.#show(s);
      } catch (e) {
        if (this.#attempt !== a) return;
        if (e instanceof Bad && e.status === 404) return this.#over('ended', 'ended_system');
        this.#set({ lost: true });
        await new Promise((done) => setTimeout(done, pause));
        pause = Math.min(8_000, pause * 2);
      }
    }
  }

  #show(s: CallState): void {
    if (s.state === 'ended') {
      const by = s.endedBy === 'customer' || s.endedBy === 'agent' ? s.endedBy : 'system';
      this.#over('ended', reasons[s.reason ?? ''] ?? `ended_${by}`);
      return;
    }
    const since = s.talkingMs ? Date.now() - s.talkingMs : 0;
    const why = s.state === 'waiting' && s.reason ? 'message' : '';
    this.#set({ phase: s.state, agent: s.agent ?? '', position: s.position, since, lost: false, why });
  }

  #over(phase: 'ended' | 'refused', why: TextKey): void {
    this.#attempt?.close();
    this.#attempt = null;
    this.#audio.srcObject = null;
    this.#set({ phase, why, lost: false });
  }

  #set(patch: Partial<State>): void {
    this.state = { ...this.state, ...patch };
    this.#changed();
  }
}

/** What one call holds of the browser. */
class Attempt {
  readonly abort = new AbortController();
  microphone: MediaStream | null = null;
  pc: RTCPeerConnection | null = null;
  call: Answered | null = null;

  close(): void {
    this.abort.abort();
    this.pc?.close();
    for (const t of this.microphone?.getTracks() ?? []) t.stop();
  }
}

const reasons: Record<string, TextKey> = {
  closed: 'closed',
  no_agents: 'nobody',
  queue_limit: 'busy',
  failed: 'failed',
  system_failure: 'failed',
};

/** The words for what went wrong before the call was there. */
export function refusal(e: unknown): TextKey {
  if (typeof e === 'string') return e as TextKey;
  if (e instanceof Bad) return e.status === 429 || e.status === 503 || e.status === 409 ? 'busy' : 'failed';
  const name = (e as { name?: string } | null)?.name;
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'NotReadableError' || name === 'OverconstrainedError')
    return 'noMicrophone';
  return 'failed';
}
