import { create } from 'zustand';
import { type Connection, DeskSocket } from '@/shared/api/DeskSocket';
import type { Frame } from '@/shared/api/frames';
import { learnServerTime, serverNow } from '@/shared/lib/clock';
import type { Message } from './entities';
import type { FiguresFrame } from './figures';
import { takeFigures } from './figures';
import { EMPTY, type Live, reduce, withOlder } from './reduce';

/** The desk's live state. Components select what they show; only the socket changes it. */
export const useLive = create<Live & { connection: Connection }>(() => ({
  ...EMPTY,
  connection: 'connecting',
}));

let socket: DeskSocket | undefined;

/** Opens the one socket; it lives outside React until the page or the session ends. */
export function connectDesk(mayReconnect: () => Promise<boolean>): void {
  if (socket) return;
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  socket = new DeskSocket({
    url: `${scheme}://${location.host}/api/desk/socket`,
    onFrames: take,
    onConnection: (connection) => {
      useLive.setState({ connection });
      if (connection === 'online') sendWatch();
    },
    onServerTime: learnServerTime,
    mayReconnect,
  });
  socket.start();
}

export function disconnectDesk(): void {
  socket?.stop();
  socket = undefined;
  useLive.setState({ ...EMPTY, connection: 'stopped' });
}

const hearers: ((frame: Frame) => void)[] = [];

/** Hears every frame from now on, before it changes anything: for what is no part of the first route. */
export function hearFrames(hear: (frame: Frame) => void): void {
  hearers.push(hear);
}

function take(frames: Frame[]): void {
  const durable: Frame[] = [];
  for (const frame of frames) {
    if (frame.type === 'figures') takeFigures(frame.data as FiguresFrame);
    else durable.push(frame);
    for (const hear of hearers) hear(frame);
  }
  if (durable.length > 0) useLive.setState((live) => reduce(live, durable, serverNow()));
}

/** Says why the session is over, learnt on another way than the stream. */
export function sessionEnded(code: string): void {
  useLive.setState({ ended: { code } });
}

/** Adds messages that were fetched on scrolling up, or the answer to one's own. */
export function addOlder(conversationId: string, messages: Message[]): void {
  useLive.setState((live) => withOlder(live, conversationId, messages));
}

export function sendTyping(conversationId: string, on: boolean): void {
  socket?.send({ type: 'typing', conversationId, on });
}

// Several parts of the screen may watch figures at once; the server hears the union.
const watches = new Map<symbol, { views: string[]; serviceId?: string }>();

/** Asks for live figures until the returned function is called. */
export function watch(views: string[], serviceId?: string): () => void {
  const key = Symbol();
  watches.set(key, { views, serviceId });
  sendWatch();
  return () => {
    watches.delete(key);
    sendWatch();
  };
}

function sendWatch(): void {
  const all = [...watches.values()];
  socket?.send({
    type: 'watch',
    views: [...new Set(all.flatMap((one) => one.views))],
    serviceId: all.find((one) => one.serviceId)?.serviceId ?? '',
  });
}
