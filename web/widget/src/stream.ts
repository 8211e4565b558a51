// The live line to the server: a socket, or long polling where sockets are
// blocked. It resumes by {epoch, seq}: what was missed comes again, what comes
// twice is dropped, and a hole in the numbers means asking again.

import { type Api, Later, Refused } from './api';
import { Backoff } from './backoff';
import { type Cursor, closeCodes, type Frame, subprotocol, type Upstream } from './protocol';

export type Link = 'idle' | 'connecting' | 'up' | 'down';

export interface Listener {
  frame(f: Frame): void;
  link(l: Link): void;
  /** The server wants nothing more from this visitor. */
  gone(why: 'token' | 'forbidden'): void;
}

const pingEvery = 20_000;
const patience = 10_000;
const socketAgainAfter = 180_000;
const failuresUntilPolling = 2;
const pollPause = 1000;

export class Stream {
  #cursor: Cursor = { epoch: '', seq: 0 };
  #running = false;
  #socket: WebSocket | null = null;
  #polling: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setTimeout> | undefined;
  #failedOpens = 0;
  #blockedSince = 0;
  readonly #backoff = new Backoff();

  readonly #api: Api;
  readonly #to: Listener;

  constructor(api: Api, to: Listener) {
    this.#api = api;
    this.#to = to;
  }

  /** fresh forgets the position: another conversation begins. */
  start(fresh = false): void {
    if (fresh) this.#cursor = { epoch: '', seq: 0 };
    else if (this.#running) return;
    this.stop();
    this.#running = true;
    this.#to.link('connecting');
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#hangUp();
    this.#to.link('idle');
  }

  /** The network may be back: try now instead of waiting. */
  nudge(): void {
    if (!this.#running) return;
    this.#backoff.reset();
    if (!this.#socket && !this.#polling) this.#connect();
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#sendPing(patience / 2);
  }

  /** Lossy: gone when there is no socket. */
  send(u: Upstream): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(u));
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#ping);
    const s = this.#socket;
    this.#socket = null;
    if (s) {
      s.onopen = s.onmessage = s.onclose = s.onerror = null;
      s.close();
    }
    this.#polling?.abort();
    this.#polling = null;
  }

  #connect(): void {
    this.#hangUp();
    const blocked = this.#blockedSince && Date.now() - this.#blockedSince < socketAgainAfter;
    if (blocked) void this.#poll();
    else this.#open();
  }

  #open(): void {
    let heard = false;
    let s: WebSocket;
    try {
      s = new WebSocket(this.#api.socketUrl(), subprotocol);
    } catch {
      this.#lost(false); // forbidden by the page's policy
      return;
    }
    this.#socket = s;
    // A proxy that swallows frames looks like an open socket: only a frame proves it.
    this.#timer = setTimeout(() => this.#lost(false), patience);
    s.onopen = () => {
      this.send({ type: 'hello', token: this.#api.token, ...this.#cursor });
      this.send({ type: 'ping' });
    };
    s.onmessage = (e) => {
      if (!heard) {
        heard = true;
        clearTimeout(this.#timer);
        this.#failedOpens = this.#blockedSince = 0;
        this.#up();
      }
      this.#keepAlive();
      const f = parse(e.data);
      if (f) this.#take(f);
    };
    // Chromium tells of a socket that the page's policy forbids by this alone.
    s.onerror = () => this.#lost(heard);
    s.onclose = (e) => {
      if (e.code === closeCodes.unknownToken) this.#end('token');
      else if (e.code === closeCodes.forbidden) this.#end('forbidden');
      else this.#lost(heard);
    };
  }

  #keepAlive(): void {
    clearTimeout(this.#ping);
    this.#ping = setTimeout(() => this.#sendPing(patience), pingEvery);
  }

  #sendPing(wait: number): void {
    clearTimeout(this.#ping);
    this.send({ type: 'ping' });
    this.#ping = setTimeout(() => this.#lost(true), wait);
  }

  #lost(wasOpen: boolean): void {
    this.#hangUp();
    if (!this.#running) return;
    if (!wasOpen && navigator.onLine && ++this.#failedOpens >= failuresUntilPolling) {
      this.#blockedSince = Date.now();
      this.#connect();
      return;
    }
    this.#again(0);
  }

  #again(atLeast: number): void {
    this.#to.link('down');
    this.#timer = setTimeout(() => this.#connect(), Math.max(atLeast, this.#backoff.next()));
  }

  async #poll(): Promise<void> {
    const abort = new AbortController();
    this.#polling = abort;
    const asked = Date.now();
    try {
      const p = await this.#api.poll(this.#cursor.epoch, this.#cursor.seq, abort.signal);
      if (abort.signal.aborted) return;
      this.#up();
      for (const f of p.frames) this.#take(f);
      if (abort.signal.aborted) return;
      if (p.epoch === this.#cursor.epoch) this.#cursor.seq = Math.max(this.#cursor.seq, p.seq);
      // An intermediary that cuts the wait short must not make the client spin.
      const early = !p.frames.length && Date.now() - asked < pollPause;
      if (early) this.#timer = setTimeout(() => this.#connect(), pollPause);
      else this.#connect();
    } catch (e) {
      if (abort.signal.aborted) return;
      this.#polling = null;
      if (e instanceof Refused) {
        if (e.status === 401) return this.#end('token');
        if (e.status === 403) return this.#end('forbidden');
      }
      // Polling fails as well: it is the network, so the socket gets its next chance too.
      this.#failedOpens = this.#blockedSince = 0;
      this.#again(e instanceof Later ? e.waitMs : 0);
    }
  }

  #up(): void {
    this.#backoff.reset();
    this.#to.link('up');
  }

  #end(why: 'token' | 'forbidden'): void {
    this.stop();
    this.#to.gone(why);
  }

  #take(f: Frame): void {
    const where = place(this.#cursor, f);
    if (where === 'old') return;
    if (where !== 'next') {
      if (where === 'strange') this.#cursor = { epoch: '', seq: 0 };
      this.#connect();
      return;
    }
    if (f.seq !== undefined) this.#cursor = { epoch: f.epoch ?? '', seq: f.seq };
    this.#to.frame(f);
  }
}

/** Where a frame stands to what the client has. */
export function place(at: Cursor, f: Frame): 'next' | 'old' | 'hole' | 'strange' {
  if (f.seq === undefined || f.type === 'snapshot') return 'next';
  if (f.epoch !== at.epoch) return 'strange';
  if (f.seq <= at.seq) return 'old';
  return (f.prev ?? 0) > at.seq ? 'hole' : 'next';
}

function parse(data: unknown): Frame | null {
  try {
    return JSON.parse(String(data)) as Frame;
  } catch {
    return null;
  }
}
