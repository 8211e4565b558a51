import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Call, Offer, Segment } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { EMPTY } from '@/shared/live/reduce';
import { control, setMuted } from '../api/calls';
import { connectAgain, startSoftphone, usePhone } from './softphone';

// The client takes the page's fetch when it is loaded, so it stands there before.
const net = vi.hoisted(() => {
  const known = { fetch: (_: Request): Promise<Response> => Promise.reject(new TypeError('no network')) };
  globalThis.fetch = ((request: Request) => known.fetch(request)) as typeof fetch;
  return known;
});

/** A microphone's sound, as far as a leg looks at it. */
class Track {
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  onended: (() => void) | null = null;
  readonly kind = 'audio';
  stop() {
    this.readyState = 'ended';
  }
}

/** The browser's connection: a test says what becomes of it. */
class Connection {
  static all: Connection[] = [];
  connectionState = 'new';
  localDescription: { sdp: string } | null = null;
  remote = '';
  sender = {
    track: null as unknown,
    replaceTrack: async (track: unknown) => void (this.sender.track = track),
  };
  ontrack: ((event: { track: object }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  constructor() {
    Connection.all.push(this);
  }
  addTransceiver(track: unknown) {
    this.sender.track = track;
  }
  getTransceivers() {
    return [{ sender: this.sender }];
  }
  async createOffer() {
    return { sdp: `offer ${Connection.all.length}` };
  }
  async setLocalDescription(offer: { sdp: string }) {
    this.localDescription = offer;
  }
  async setRemoteDescription(answer: { sdp: string }) {
    this.remote = answer.sdp;
  }
  async getStats() {
    return new Map();
  }
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  close() {
    this.connectionState = 'closed';
  }
}

// The beep: what is asserted is what has happened before it and after it.
const zip = vi.hoisted(() => ({ over: (_sounded: boolean) => {}, begun: 0 }));
vi.mock('./zip', () => ({
  zipTone: () => {
    zip.begun++;
    return new Promise<boolean>((over) => {
      zip.over = over;
    });
  },
}));
const accepted = vi.fn();

const tracks: Track[] = [];
const asked: { url: string; body: unknown }[] = [];
let answer: (url: string) => Response | Promise<Response>;

const offer = (change = {}) =>
  ({ segmentId: 's', kind: 'voice', direction: 'in', abilities: ['accept'], ...change }) as unknown as Offer;
const segment = (change = {}) =>
  ({ id: 's', kind: 'voice', state: 'active', abilities: [], ...change }) as unknown as Segment;
const call = (change = {}) => ({ id: 'c', segmentId: 's', muted: false, held: false, ...change }) as Call;
const json = (body: object, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });

/** The microphone of the newest connection. */
const sent = () => Connection.all.at(-1)?.sender.track as Track;
const settle = () => vi.advanceTimersByTimeAsync(20);

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('RTCPeerConnection', Connection);
  vi.stubGlobal(
    'MediaStream',
    class {
      constructor(readonly tracks: object[]) {}
    },
  );
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: {
      addEventListener: () => undefined,
      enumerateDevices: async () => [],
      getUserMedia: async () => {
        const track = new Track();
        tracks.push(track);
        return { getAudioTracks: () => [track] };
      },
    },
  });
  HTMLMediaElement.prototype.play = async () => undefined;
  answer = () => json({ sdp: 'answer' });
  net.fetch = async (request) => {
    asked.push({ url: new URL(request.url).pathname, body: await request.json() });
    return answer(request.url);
  };
  startSoftphone(accepted);
});

afterEach(async () => {
  useLive.setState({ ...EMPTY });
  await vi.advanceTimersByTimeAsync(20_000);
  Connection.all = [];
  tracks.length = asked.length = zip.begun = 0;
  accepted.mockClear();
  vi.useRealTimers();
});

describe('softphone', () => {
  test('[V-1] a ringing call is negotiated at once, with a microphone that is off', async () => {
    useLive.setState({ offers: { s: offer() } });
    await settle();
    expect(asked).toEqual([{ url: '/api/segments/s/leg', body: { sdp: 'offer 1' } }]);
    expect(Connection.all[0]?.remote).toBe('answer');
    expect(sent().enabled).toBe(false);
    expect(usePhone.getState().legs.s?.state).toBe('connecting');
    Connection.all[0]?.become('connected');
    expect(usePhone.getState().legs.s?.state).toBe('connected');
  });

  test('[V-2] accepting opens the microphone of the same leg; the gap between offer and row cuts nothing', async () => {
    useLive.setState({ offers: { s: offer() } });
    await settle();
    useLive.setState({ offers: {} });
    await vi.advanceTimersByTimeAsync(300);
    expect(sent().enabled).toBe(false);
    useLive.setState({ segments: { s: segment() } });
    expect(sent().enabled).toBe(true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(Connection.all).toHaveLength(1);
    expect(Connection.all[0]?.connectionState).not.toBe('closed');
  });

  test('[V-3] [V-4] an offer that goes takes leg and microphone along', async () => {
    useLive.setState({ offers: { s: offer() } });
    await settle();
    useLive.setState({ offers: {} });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(Connection.all[0]?.connectionState).toBe('closed');
    expect(tracks.every((track) => track.readyState === 'ended')).toBe(true);
    expect(usePhone.getState().legs).toEqual({});
  });

  test('[V-5] a call that answers itself is taken once the line stands, after a beep, once', async () => {
    useLive.setState({ offers: { s: offer({ autoAnswer: true, openedAt: 5 }) } });
    await settle();
    expect(zip.begun).toBe(0);
    Connection.all[0]?.become('connected');
    expect(zip.begun).toBe(1);
    expect(accepted).not.toHaveBeenCalled();
    zip.over(true);
    await settle();
    expect(accepted).toHaveBeenCalledExactlyOnceWith('s');
    useLive.setState({ offers: { s: offer({ autoAnswer: true, openedAt: 5 }) } });
    await settle();
    expect(zip.begun).toBe(1);
  });

  test('[V-5] without a beep that can be heard, or an offer that is still there, nothing is taken', async () => {
    useLive.setState({ offers: { s: offer({ autoAnswer: true, openedAt: 5 }) } });
    await settle();
    Connection.all[0]?.become('connected');
    zip.over(false);
    await settle();
    useLive.setState({ offers: { s: offer({ autoAnswer: true, openedAt: 6 }) } });
    expect(zip.begun).toBe(2);
    useLive.setState({ offers: {} });
    zip.over(true);
    await settle();
    expect(accepted).not.toHaveBeenCalled();
  });

  test('[V-5] no other call is taken without a click', async () => {
    useLive.setState({ offers: { s: offer() } });
    await settle();
    Connection.all[0]?.become('connected');
    await settle();
    expect(zip.begun).toBe(0);
  });

  test('[V-6] the end of the call closes it at once', async () => {
    useLive.setState({ segments: { s: segment() } });
    await settle();
    useLive.setState({ segments: { s: segment({ state: 'ended' }) } });
    expect(Connection.all[0]?.connectionState).toBe('closed');
    expect(tracks[0]?.readyState).toBe('ended');
  });

  test('[V-15] mute acts at the source before the server has answered, and an older word does not undo it', async () => {
    useLive.setState({ segments: { s: segment() }, calls: { s: call() } });
    await settle();
    expect(sent().enabled).toBe(true);
    setMuted('s', true);
    expect(sent().enabled).toBe(false);
    await settle();
    expect(asked.at(-1)).toEqual({ url: '/api/segments/s/mute', body: { muted: true } });
    useLive.setState({ calls: { s: call({ held: false, number: '1' }) } }); // said before the server knew
    expect(sent().enabled).toBe(false);
    useLive.setState({ calls: { s: call({ muted: true }) } });
    useLive.setState({ calls: { s: call({ muted: false }) } }); // and this one after it
    expect(sent().enabled).toBe(true);
  });

  test('[V-15] a mute that the server refuses is taken back and said', async () => {
    useLive.setState({ segments: { s: segment() }, calls: { s: call() } });
    await settle();
    answer = () => json({ code: 'PAR-0005' }, 409);
    setMuted('s', true);
    await vi.advanceTimersByTimeAsync(10);
    expect(control('s').muted).toBe(false);
    expect(sent().enabled).toBe(true);
  });

  test('[V-16] on hold nothing goes out, whoever put it there', async () => {
    useLive.setState({ segments: { s: segment() }, calls: { s: call({ held: true, heldSince: 5 }) } });
    await settle();
    expect(sent().enabled).toBe(false);
    expect(control('s')).toEqual({ muted: false, held: true, heldSince: 5 });
  });

  test('[A-6] after a reload calls in hand are negotiated anew, muted ones stay so', async () => {
    useLive.setState({ segments: { s: segment() }, calls: { s: call({ muted: true }) } });
    await settle();
    expect(asked[0]?.url).toBe('/api/segments/s/leg');
    expect(sent().enabled).toBe(false);
  });

  test('[V-47] a connection that fails is made anew while the call lasts, with growing pauses', async () => {
    useLive.setState({ segments: { s: segment() } });
    await settle();
    Connection.all[0]?.become('connected');
    Connection.all[0]?.become('failed');
    expect(usePhone.getState().legs.s?.state).toBe('lost');
    await settle();
    expect(Connection.all).toHaveLength(2);
    expect(tracks).toHaveLength(1); // the same microphone goes on
    answer = () => Promise.reject(new TypeError('no network'));
    Connection.all[1]?.become('failed');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(Connection.all.length).toBeGreaterThan(3);
    expect(Connection.all.length).toBeLessThan(20);
    useLive.setState({ segments: { s: segment({ state: 'ended' }) } });
    const before = Connection.all.length;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(Connection.all).toHaveLength(before);
  });

  test('[V-47] a call that was lost and comes again at once gets a new connection, not the failed one', async () => {
    useLive.setState({ segments: { s: segment() } });
    await settle();
    useLive.setState({ segments: {} });
    useLive.setState({ offers: { s: offer() } });
    await settle();
    expect(Connection.all).toHaveLength(2);
    expect(Connection.all[0]?.connectionState).toBe('closed');
    expect(usePhone.getState().legs.s?.state).toBe('connecting');
  });

  test('[V-47] what the server refuses is not asked again, until a person wants it', async () => {
    answer = () => json({ code: 'PAR-0001' }, 422);
    useLive.setState({ segments: { s: segment() } });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(usePhone.getState().legs.s?.state).toBe('failed');
    expect(asked).toHaveLength(1);
    answer = () => json({ sdp: 'answer' });
    connectAgain('s');
    await settle();
    expect(usePhone.getState().legs.s?.state).toBe('connecting');
  });

  test('[V-45/hot-plug] an unplugged microphone is replaced without a new connection', async () => {
    useLive.setState({ segments: { s: segment() } });
    await settle();
    const first = sent();
    first.stop();
    first.onended?.();
    await settle();
    expect(sent()).not.toBe(first);
    expect(sent().enabled).toBe(true);
    expect(Connection.all).toHaveLength(1);
  });

  test('a chat needs no leg', async () => {
    useLive.setState({ offers: { s: offer({ kind: 'chat' }) }, segments: { t: segment({ kind: 'chat' }) } });
    await settle();
    expect(Connection.all).toHaveLength(0);
  });
});
