import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoff } from './backoff';
import { type Connection, DeskSocket } from './DeskSocket';
import type { Frame } from './frames';

/** The browser's end of a connection, and what a server would do at the other. */
class Line {
  static all: Line[] = [];
  static get last(): Line {
    const line = Line.all.at(-1);
    if (!line) throw new Error('nobody called');
    return line;
  }
  readyState = 0;
  closed = false;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    Line.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
    this.readyState = 3;
  }
  accept() {
    this.readyState = 1;
    this.onopen?.();
  }
  say(frame: Frame | string) {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
  cut() {
    this.readyState = 3;
    this.onclose?.();
  }
  get hello() {
    return this.sent.find((message) => message.type === 'hello');
  }
  get pings() {
    return this.sent.filter((message) => message.type === 'ping').length;
  }
}

let told: Connection[];
let taken: Frame[][];
let paint: (() => void) | undefined;
let socket: DeskSocket;
const options = () => ({
  url: 'ws://desk/api/desk/socket',
  WebSocket: Line as unknown as typeof WebSocket,
  onFrames: (frames: Frame[]) => taken.push(frames),
  onConnection: (connection: Connection) => told.push(connection),
  nextPaint: (flush: () => void) => {
    paint = flush;
  },
});
const types = () => taken.flat().map((frame) => frame.type);
const frame = (seq: number, prev = seq - 1, type = 'message.added', epoch = 'e1'): Frame => ({
  epoch,
  seq,
  prev,
  type,
});
const snapshot = (seq: number, epoch = 'e1') => frame(seq, 0, 'snapshot', epoch);

beforeEach(() => {
  vi.useFakeTimers();
  Line.all = [];
  told = [];
  taken = [];
  paint = undefined;
  socket = new DeskSocket(options());
  socket.start();
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

/** Connected, and at number 10 of the stream. */
function atTen() {
  Line.last.accept();
  Line.last.say(snapshot(10));
  paint?.();
}

describe('the desk’s socket', () => {
  test('[X-4] begins with nothing, and comes back with the place it had', async () => {
    Line.last.accept();
    expect(Line.last.protocol).toBe('parley.desk.1');
    expect(Line.last.hello).toEqual({ type: 'hello', epoch: '', seq: 0 });
    Line.last.say(snapshot(10));
    Line.last.say(frame(11));
    Line.last.cut();
    await vi.advanceTimersByTimeAsync(400);
    Line.last.accept();
    expect(Line.last.hello).toEqual({ type: 'hello', epoch: 'e1', seq: 11 });
  });

  test('[X-4] what arrives between two painted frames is handed on at once, in order', () => {
    atTen();
    Line.last.say(frame(11));
    Line.last.say({ type: 'typing', data: {} });
    Line.last.say(frame(12));
    expect(taken).toHaveLength(1);
    paint?.();
    expect(taken).toHaveLength(2);
    expect(taken[1]?.map((one) => one.seq)).toEqual([11, undefined, 12]);
  });

  test('[X-4] a frame that is known already is left out', () => {
    atTen();
    Line.last.say(frame(11));
    Line.last.say(frame(11));
    Line.last.say(frame(9));
    paint?.();
    expect(taken.flat().map((one) => one.seq)).toEqual([10, 11]);
  });

  test('[X-4] a gap asks again from the last good place; a second one asks for everything', () => {
    atTen();
    Line.last.say(frame(13));
    expect(Line.all[0]?.closed).toBe(true);
    Line.last.accept();
    expect(Line.last.hello).toEqual({ type: 'hello', epoch: 'e1', seq: 10 });
    Line.last.say(frame(15));
    Line.last.accept();
    expect(Line.last.hello).toEqual({ type: 'hello', epoch: '', seq: 0 });
    Line.last.say(snapshot(20));
    Line.last.say(frame(21));
    paint?.();
    expect(types()).toEqual(['snapshot', 'snapshot', 'message.added']);
  });

  test('[X-4] another epoch needs a snapshot', () => {
    atTen();
    Line.last.say(frame(11, 10, 'message.added', 'e2'));
    Line.last.accept();
    expect(Line.last.hello).toEqual({ type: 'hello', epoch: '', seq: 0 });
  });

  test('[X-4] half a frame is no frame', () => {
    atTen();
    Line.last.say('{"epoch":"e1","se');
    Line.last.say(frame(11));
    paint?.();
    expect(taken.flat().map((one) => one.seq)).toEqual([10, 11]);
  });

  test('[X-4] a dead network is said within 5 s, whenever it dies', async () => {
    for (const wait of [0, 900, 1_900]) {
      Line.last.accept();
      Line.last.say({ type: 'pong', data: { at: 1 } });
      for (let n = 0; n < 8; n++) {
        await vi.advanceTimersByTimeAsync(250);
        Line.last.say({ type: 'pong', data: { at: 1 } });
      }
      expect(socket.connection).toBe('online');
      await vi.advanceTimersByTimeAsync(wait);
      Line.last.say({ type: 'pong', data: { at: 1 } });
      const silentSince = Date.now();
      while (socket.connection !== 'offline') await vi.advanceTimersByTimeAsync(50);
      expect(Date.now() - silentSince).toBeLessThan(5_000);
      await vi.advanceTimersByTimeAsync(400);
    }
  });

  test('[X-4] pings go every two seconds, and answers keep it alive', async () => {
    atTen();
    for (let n = 0; n < 40; n++) {
      await vi.advanceTimersByTimeAsync(250);
      Line.last.say({ type: 'pong', data: { at: 1 } });
    }
    expect(Line.all).toHaveLength(1);
    expect(Line.last.pings).toBeGreaterThanOrEqual(5);
    expect(Line.last.pings).toBeLessThanOrEqual(7);
  });

  test('[X-4] a server that restarts quickly is not worth a banner; one that stays away is', async () => {
    atTen();
    Line.last.cut();
    await vi.advanceTimersByTimeAsync(400);
    atTen();
    await vi.advanceTimersByTimeAsync(1_900);
    expect(told).not.toContain('offline');
    Line.last.cut();
    await vi.advanceTimersByTimeAsync(300);
    Line.last.cut();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(told.at(-1)).toBe('offline');
    atTen();
    expect(told.at(-1)).toBe('online');
  });

  test('[X-4] the browser’s word that the network is gone, or back, is taken at once', () => {
    atTen();
    dispatchEvent(new Event('offline'));
    expect(socket.connection).toBe('offline');
    const before = Line.all.length;
    dispatchEvent(new Event('online'));
    return vi.waitFor(() => expect(Line.all.length).toBe(before + 1));
  });

  test('[A-3] stops for good when the session is over', async () => {
    socket.stop();
    socket = new DeskSocket({ ...options(), mayReconnect: async () => false });
    socket.start();
    Line.last.accept();
    Line.last.cut();
    const before = Line.all.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Line.all).toHaveLength(before);
    expect(socket.connection).toBe('stopped');
  });

  test('[X-4] nothing is queued: what cannot be sent now is refused', () => {
    expect(socket.send({ type: 'typing', on: true })).toBe(false);
    atTen();
    expect(socket.send({ type: 'typing', on: true })).toBe(true);
    expect(Line.last.sent.at(-1)).toEqual({ type: 'typing', on: true });
  });
});

test('[X-4] back-off doubles up to ten seconds, with a random part', () => {
  expect([0, 1, 2, 3].map((n) => backoff(n, () => 1))).toEqual([250, 500, 1000, 2000]);
  expect(backoff(50, () => 1)).toBe(10_000);
  expect(backoff(3, () => 0)).toBe(600);
});
