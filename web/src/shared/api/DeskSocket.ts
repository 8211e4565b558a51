import { backoff } from './backoff';
import { type Frame, judge, type Position, START } from './frames';

/** `offline` is said to the person (PAR-1007); `connecting` is a moment nobody needs to hear of. */
export type Connection = 'connecting' | 'online' | 'offline' | 'stopped';

export interface DeskSocketOptions {
  url: string;
  /** Everything that arrived since the last painted frame, in order. */
  onFrames: (frames: Frame[]) => void;
  onConnection?: (connection: Connection) => void;
  /** A measured server time: its clock, and when the question left and the answer came here. */
  onServerTime?: (serverAt: number, sentAt: number, receivedAt: number) => void;
  /** Asked before each new attempt; false ends it, as when the session is over. */
  mayReconnect?: () => Promise<boolean>;
  /** For tests. */
  WebSocket?: typeof WebSocket;
  nextPaint?: (flush: () => void) => void;
}

const PING_EVERY = 2_000;
// A ping leaves at most 2 s after the network died, so the person knows within 4.5 s; X-4 allows 5.
const PONG_WITHIN = 2_500;
const CHECK_EVERY = 250;
// A server's restart or a change of network is usually over before this.
const QUIET_RECONNECT = 1_500;

/**
 * The desk's one socket. It keeps its place in the server's numbered stream over
 * any number of connections, so that nothing is missed and nothing comes twice;
 * notices a dead network, and comes back by itself. Commands don't go this way.
 */
export class DeskSocket {
  connection: Connection = 'connecting';
  private readonly options: DeskSocketOptions;
  private socket: WebSocket | undefined;
  private position: Position = START;
  private attempts = 0;
  /** Gaps seen since the last frame taken: a second one means the position is of no use. */
  private gaps = 0;
  private pingAt = 0;
  private lastPingAt = 0;
  private batch: Frame[] = [];
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private quietTimer: ReturnType<typeof setTimeout> | undefined;
  private heart: ReturnType<typeof setInterval> | undefined;

  constructor(options: DeskSocketOptions) {
    this.options = options;
  }

  start(): void {
    addEventListener('online', this.hurry);
    addEventListener('offline', this.networkGone);
    document.addEventListener('visibilitychange', this.hurry);
    this.heart = setInterval(this.beat, CHECK_EVERY);
    this.goQuietlyOffline();
    this.connect();
  }

  stop(): void {
    removeEventListener('online', this.hurry);
    removeEventListener('offline', this.networkGone);
    document.removeEventListener('visibilitychange', this.hurry);
    clearInterval(this.heart);
    clearTimeout(this.retryTimer);
    this.drop();
    this.tell('stopped');
  }

  /** Sends something that may get lost (typing, watch, activity); false when there is no connection. */
  send(message: { type: string } & Record<string, unknown>): boolean {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  private connect(): void {
    this.drop();
    const Socket = this.options.WebSocket ?? WebSocket;
    const socket = new Socket(this.options.url, 'parley.desk.1');
    this.socket = socket;
    this.pingAt = Date.now(); // the handshake itself must be answered in time
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: 'hello', ...this.position }));
      this.ping();
    };
    socket.onmessage = (event) => this.receive(String(event.data));
    socket.onclose = () => this.lost(false);
  }

  private receive(text: string): void {
    const frame = parse(text);
    if (!frame) return;
    this.pingAt = 0; // whatever came: the network lives
    this.attempts = 0;
    this.tell('online');
    if (frame.type === 'pong') this.pong(frame);
    else this.sort(frame);
  }

  private pong(frame: Frame): void {
    const at = (frame.data as { at?: number } | undefined)?.at;
    if (at && this.lastPingAt) this.options.onServerTime?.(at, this.lastPingAt, Date.now());
  }

  private sort(frame: Frame): void {
    const verdict = judge(this.position, frame);
    if (verdict === 'old') return;
    if (verdict !== 'take') {
      this.resync(verdict);
      return;
    }
    if (frame.seq !== undefined) {
      this.position = { epoch: frame.epoch ?? this.position.epoch, seq: frame.seq };
      this.gaps = 0;
    }
    this.deliver(frame);
  }

  private resync(why: 'gap' | 'foreign'): void {
    this.gaps++;
    if (why === 'foreign' || this.gaps > 1) this.position = START;
    this.connect();
  }

  private deliver(frame: Frame): void {
    this.batch.push(frame);
    if (this.batch.length > 1) return;
    (this.options.nextPaint ?? nextPaint)(() => {
      const frames = this.batch;
      this.batch = [];
      if (frames.length > 0) this.options.onFrames(frames);
    });
  }

  private readonly beat = () => {
    if (!this.socket) return;
    const now = Date.now();
    const unanswered = this.pingAt !== 0;
    if (unanswered && now - this.pingAt >= PONG_WITHIN) this.lost(true);
    else if (!unanswered && this.socket.readyState === 1 && now - this.lastPingAt >= PING_EVERY) this.ping();
  };

  private ping(): void {
    this.pingAt = Date.now();
    this.lastPingAt = this.pingAt;
    this.send({ type: 'ping' });
  }

  /** `dead`: no answer in time, which the person must hear of at once. */
  private lost(dead: boolean): void {
    this.drop();
    if (dead) this.tell('offline');
    else this.goQuietlyOffline();
    this.retryTimer = setTimeout(() => void this.tryAgain(), backoff(this.attempts++));
  }

  private async tryAgain(): Promise<void> {
    if (this.connection === 'stopped') return;
    const may = await this.options.mayReconnect?.().catch(() => true);
    if (may === false) this.stop();
    else if (!this.socket && (this.connection as Connection) !== 'stopped') this.connect();
  }

  private goQuietlyOffline(): void {
    if (this.connection === 'offline') return;
    this.tell('connecting');
    this.quietTimer = setTimeout(() => this.tell('offline'), QUIET_RECONNECT);
  }

  private readonly networkGone = () => {
    if (this.socket) this.lost(true);
  };

  /** The network or the person came back: don't wait for the timer. */
  private readonly hurry = () => {
    if (document.hidden || this.socket) return;
    clearTimeout(this.retryTimer);
    void this.tryAgain();
  };

  private drop(): void {
    const socket = this.socket;
    this.socket = undefined;
    this.pingAt = 0;
    clearTimeout(this.retryTimer);
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private tell(connection: Connection): void {
    clearTimeout(this.quietTimer);
    if (this.connection === connection) return;
    this.connection = connection;
    this.options.onConnection?.(connection);
  }
}

function parse(text: string): Frame | undefined {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return undefined; // a frame cut in half; the gap it leaves will be seen
  }
}

// One batch a painted frame. A hidden page paints nothing, but must still ring.
function nextPaint(flush: () => void): void {
  if (document.hidden) setTimeout(flush, 0);
  else requestAnimationFrame(flush);
}
