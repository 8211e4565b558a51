import { backoff } from '@/shared/api/backoff';
import { ApiError } from '@/shared/api/errors';
import { type Figures, QualityWatch, sampleOf } from './quality';

/** How a leg stands: `lost` tries again by itself, `failed` does not (the call is over, or the server refuses). */
export type LegState = 'connecting' | 'connected' | 'lost' | 'failed';

/** What a leg needs from outside. */
export interface LegDeps {
  /** Gives our offer to the server, gets its answer. */
  negotiate: (sdp: string) => Promise<{ sdp: string }>;
  microphone: () => Promise<MediaStreamTrack>;
  speakerId: () => string;
  reportQuality: (figures: Figures) => Promise<unknown>;
  onChange: () => void;
}

// The browser calls a connection lost for short gaps too; those heal by themselves.
const HEALS_WITHIN = 4_000;
const LOOK_EVERY = 2_000;
const REPORT_EVERY = 10_000;

/**
 * One call's sound between this browser and the server: a PeerConnection that is
 * made anew when it fails. It sends only while open and is heard only while
 * heard, so it can be negotiated while the call is still ringing.
 */
export class Leg {
  state: LegState = 'connecting';
  /** The browser wants a click before it plays sound. */
  blocked = false;
  /** No microphone could be opened: we hear and are not heard. */
  silent = false;
  readonly watch = new QualityWatch();

  private connection: RTCPeerConnection | undefined;
  private track: MediaStreamTrack | undefined;
  private readonly sound = new Audio();
  private open = false;
  private heard = false;
  private tries = 0;
  // Counts connections: what belongs to an earlier one is passed over.
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setInterval> | undefined;
  private reportedAt = 0;
  private closed = false;

  constructor(private readonly deps: LegDeps) {
    this.sound.autoplay = true;
    this.sound.muted = true;
    void this.connect();
  }

  /** Whether what the microphone hears goes out. */
  setOpen(open: boolean): void {
    this.open = open;
    if (this.track) this.track.enabled = open;
  }

  /** Whether what comes in is played. */
  setHeard(heard: boolean): void {
    if (heard === this.heard) return;
    this.heard = heard;
    this.sound.muted = !heard;
    if (heard) this.play();
  }

  /** Plays again after a click, which is what the browser waited for. */
  play(): void {
    if (this.closed || !this.sound.srcObject) return;
    this.sound.play().then(
      () => this.block(false),
      (error) => this.block(error instanceof DOMException && error.name === 'NotAllowedError'),
    );
  }

  /** The chosen speaker has changed, or was unplugged. */
  async changeSpeaker(): Promise<void> {
    if (!('setSinkId' in this.sound)) return;
    try {
      await this.sound.setSinkId(this.deps.speakerId());
    } catch {
      await this.sound.setSinkId('').catch(() => undefined); // gone: the system's own
    }
  }

  /** The chosen microphone has changed, was plugged in or unplugged. */
  async changeMicrophone(): Promise<void> {
    const turn = this.turn;
    const track = await this.deps.microphone().catch(() => undefined);
    if (this.closed || turn !== this.turn) return track?.stop();
    this.track?.stop();
    this.take(track);
    await this.sender()?.replaceTrack(track ?? null);
    this.deps.onChange();
  }

  /** Whether the microphone in use is still there. */
  hasMicrophone(): boolean {
    return this.track?.readyState === 'live';
  }

  /** The other side has lost us: a new connection, at once. */
  renew(): void {
    if (this.closed || this.state !== 'connected') return;
    this.again(0);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.drop();
    this.track?.stop();
    this.sound.pause();
    this.sound.srcObject = null;
  }

  private async connect(): Promise<void> {
    const turn = ++this.turn;
    const stale = () => this.closed || turn !== this.turn;
    if (!this.hasMicrophone()) {
      const track = await this.deps.microphone().catch(() => undefined);
      if (stale()) return track?.stop();
      this.take(track);
    }
    const connection = new RTCPeerConnection();
    this.connection = connection;
    connection.ontrack = ({ track }) => {
      this.sound.srcObject = new MediaStream([track]);
      void this.changeSpeaker();
      if (this.heard) this.play();
    };
    connection.onconnectionstatechange = () => !stale() && this.follow(connection);
    try {
      connection.addTransceiver(this.track ?? 'audio', { direction: 'sendrecv' });
      await connection.setLocalDescription(await connection.createOffer());
      const answer = await this.deps.negotiate(connection.localDescription?.sdp ?? '');
      if (stale()) return;
      await connection.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    } catch (error) {
      if (stale()) return;
      if (isFinal(error)) {
        this.drop();
        this.become('failed');
      } else this.again();
    }
  }

  private follow(connection: RTCPeerConnection): void {
    clearTimeout(this.timer);
    switch (connection.connectionState) {
      case 'connected':
        this.tries = 0;
        this.become('connected');
        this.look(connection);
        break;
      case 'disconnected':
        this.timer = setTimeout(() => this.again(0), HEALS_WITHIN);
        break;
      case 'failed':
      case 'closed':
        this.again(this.state === 'connected' ? 0 : undefined);
    }
  }

  // Another connection, now or after a pause that grows with the failures.
  private again(pause?: number): void {
    this.drop();
    this.become('lost');
    this.timer = setTimeout(() => void this.connect(), pause ?? backoff(this.tries++));
  }

  private drop(): void {
    this.turn++;
    clearTimeout(this.timer);
    clearInterval(this.looking);
    this.connection?.close();
    this.connection = undefined;
  }

  private take(track: MediaStreamTrack | undefined): void {
    this.track = track;
    this.silent = track === undefined;
    if (!track) return;
    track.enabled = this.open;
    track.onended = () => void this.changeMicrophone(); // unplugged
  }

  private sender(): RTCRtpSender | undefined {
    return this.connection?.getTransceivers()[0]?.sender;
  }

  private look(connection: RTCPeerConnection): void {
    clearInterval(this.looking);
    this.looking = setInterval(async () => {
      const report = await connection.getStats();
      if (connection !== this.connection) return;
      const now = performance.now();
      const bad = this.watch.bad;
      this.watch.take(sampleOf(report, now));
      if (bad !== this.watch.bad) this.deps.onChange();
      if (now - this.reportedAt < REPORT_EVERY) return;
      this.reportedAt = now;
      // The next figures are on their way in ten seconds: a lost one is not asked for again.
      this.deps.reportQuality(this.watch.figures()).catch(() => undefined);
    }, LOOK_EVERY);
  }

  private become(state: LegState): void {
    if (state === this.state) return;
    this.state = state;
    this.deps.onChange();
  }

  private block(blocked: boolean): void {
    if (blocked === this.blocked) return;
    this.blocked = blocked;
    this.deps.onChange();
  }
}

// The call is over or not ours, or the server takes no such offer: the same question gets the same answer.
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}
