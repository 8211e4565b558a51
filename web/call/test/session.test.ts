// A call as the page sees it, against a server and a browser that are made up here.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clock, words } from '../src/App';
import { Api, Bad, type CallState } from '../src/api';
import { refusal, Session } from '../src/session';
import { en, ru, speaker } from '../src/texts';

const tracks = { enabled: true, stop: vi.fn() };
const sent: string[] = [];
const beacons: [string, string][] = [];
let states: ((s: CallState | Bad) => void)[] = [];
let config = { lang: 'ru', open: true, available: true, look: {}, texts: {} } as Record<string, unknown>;
let microphone: () => Promise<unknown>;
let pc: Peer;

class Peer {
  connectionState = 'new';
  onconnectionstatechange = () => {};
  ontrack: unknown;
  localDescription = { sdp: 'offer' };
  remote = '';
  closed = false;
  digits = '';
  constructor() {
    pc = this;
  }
  addTrack() {}
  async createOffer() {
    return {};
  }
  async setLocalDescription() {}
  async setRemoteDescription(d: { sdp: string }) {
    this.remote = d.sdp;
  }
  getSenders() {
    const peer = this;
    return [
      {
        dtmf: {
          toneBuffer: '',
          insertDTMF(d: string) {
            peer.digits += d;
          },
        },
      },
    ];
  }
  close() {
    this.closed = true;
  }
}

beforeEach(() => {
  sent.length = beacons.length = 0;
  states = [];
  config = { lang: 'ru', open: true, available: true, look: {}, texts: {} };
  microphone = async () => ({ getAudioTracks: () => [tracks], getTracks: () => [tracks] });
  tracks.enabled = true;
  tracks.stop.mockClear();
  vi.stubGlobal('RTCPeerConnection', Peer);
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: () => microphone() },
    sendBeacon: (url: string, body: string) => beacons.push([url, body]),
  });
  vi.stubGlobal('fetch', async (url: string, o: RequestInit) => {
    const path = url.replace('http://centre/call/k', '');
    sent.push(`${o.method} ${path} ${o.body ?? ''}`);
    if (path.startsWith('/config')) return Response.json(config);
    if (path === '/token') return Response.json({ token: 't' });
    if (path === '/calls') return Response.json({ callId: 'c1', secret: 's', sdp: 'answer' });
    if (path.endsWith('/end')) return Response.json({});
    const s = await new Promise<CallState | Bad>((done) => states.push(done));
    return s instanceof Bad ? new Response('', { status: s.status }) : Response.json(s);
  });
});
afterEach(() => vi.unstubAllGlobals());

function session(): Session {
  const audio = { srcObject: null, play: async () => {} } as unknown as HTMLAudioElement;
  return new Session(new Api('http://centre', 'k'), ['ru'], audio);
}

async function tell(s: CallState | Bad): Promise<void> {
  await vi.waitFor(() => expect(states.length).toBeGreaterThan(0));
  states.shift()?.(s);
}

const phase = (s: Session, p: string) => vi.waitFor(() => expect(s.state.phase).toBe(p));

test('[V-43/site] [C-20/position] waiting with the place in the queue, talking, held, and the end by the other side', async () => {
  const s = session();
  await s.call();
  expect(s.state.phase).toBe('waiting');
  expect(pc.remote).toBe('answer');
  expect(sent[2]).toContain('"token":"t","sdp":"offer"');
  await tell({ n: 5, state: 'waiting', position: 2 });
  await vi.waitFor(() => expect(words(s.state, speaker('ru'))).toContain('Место в очереди: 2'));
  await tell({ n: 1, state: 'talking', agent: 'Анна', talkingMs: 61_000 });
  await phase(s, 'talking');
  expect(clock(Date.now() - s.state.since)).toBe('01:01');
  expect(words(s.state, speaker('ru'))).toBe('Вы говорите: Анна');
  await tell({ n: 2, state: 'held', agent: 'Анна', talkingMs: 62_000 });
  await phase(s, 'held');
  await tell({ n: 3, state: 'ended', endedBy: 'agent' });
  await phase(s, 'ended');
  expect(s.state.why).toBe('ended_agent');
  expect(pc.closed).toBe(true);
  expect(tracks.stop).toHaveBeenCalled();
});

test('[V-13/site] keys go out by the connection, mute stops the microphone', async () => {
  const s = session();
  await s.call();
  s.press('5');
  s.press('#');
  expect(pc.digits).toBe('5#');
  s.mute(true);
  expect(tracks.enabled).toBe(false);
  s.mute(false);
  expect(tracks.enabled).toBe(true);
});

test('[V-6/site] hanging up and leaving the page tell the server', async () => {
  const s = session();
  await s.call();
  s.hangUp();
  expect(s.state).toMatchObject({ phase: 'ended', why: 'ended_customer' });
  expect(sent.at(-1)).toBe('POST /calls/c1/end {}');
  await s.call();
  s.leave();
  expect(beacons).toEqual([['http://centre/call/k/calls/c1/end', '{"secret":"s"}']]);
});

test('closed, nobody there and a refused microphone are said before anything is sent', async () => {
  const s = session();
  config.open = false;
  await s.call();
  expect(s.state).toMatchObject({ phase: 'refused', why: 'closed' });
  Object.assign(config, { open: true, available: false });
  await s.call();
  expect(s.state.why).toBe('nobody');
  config.available = true;
  microphone = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  await s.call();
  expect(s.state.why).toBe('denied');
  expect(sent.filter((x) => x.startsWith('POST'))).toEqual([]);
  vi.stubGlobal('RTCPeerConnection', undefined);
  await s.call();
  expect(s.state.why).toBe('noCalls');
  s.dismiss();
  expect(s.state.phase).toBe('idle');
});

test('a server that is away is asked again; a call it does not know is over', async () => {
  const s = session();
  await s.call();
  await tell(new Bad(503));
  await vi.waitFor(() => expect(s.state.lost).toBe(true));
  await tell({ n: 1, state: 'waiting' });
  await vi.waitFor(() => expect(s.state.lost).toBe(false));
  await tell(new Bad(404));
  await phase(s, 'ended');
});

test('both languages have every word with the same places', () => {
  expect(Object.keys(ru)).toEqual(Object.keys(en));
  for (const k of Object.keys(en) as (keyof typeof en)[]) {
    const places = (t: string) => t.match(/\{\w+\}/g)?.join() ?? '';
    expect(places(ru[k]), k).toBe(places(en[k]));
  }
  expect(refusal(new Bad(429))).toBe('busy');
  expect(refusal(new Bad(500))).toBe('failed');
});
