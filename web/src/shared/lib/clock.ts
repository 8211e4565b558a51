import { useSyncExternalStore } from 'react';

// The server's clock minus ours, in ms, by the quickest of the last answers:
// the less a question travelled, the less its answer can be wrong.
const samples: { offset: number; travel: number }[] = [];
let offset = 0;

/** The server's time now, unix ms. Every timer on the desk counts from it. */
export function serverNow(): number {
  return Date.now() + offset;
}

/** Learns from an answer that carried the server's time. */
export function learnServerTime(serverAt: number, sentAt: number, receivedAt: number): void {
  const travel = Math.max(0, receivedAt - sentAt);
  samples.push({ offset: serverAt - (sentAt + receivedAt) / 2, travel });
  if (samples.length > 16) samples.shift();
  offset = Math.round(samples.reduce((best, one) => (one.travel <= best.travel ? one : best)).offset);
}

/** For tests. */
export function forgetServerTime(): void {
  samples.length = 0;
  offset = 0;
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let second = Math.floor(serverNow() / 1000);

function tick(): void {
  second = Math.floor(serverNow() / 1000);
  for (const listener of listeners) listener();
  if (listeners.size > 0) schedule();
}

// On the full second of the server, so that all desks change together.
function schedule(): void {
  timer = setTimeout(tick, 1000 - (serverNow() % 1000) + 5);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    second = Math.floor(serverNow() / 1000);
    schedule();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearTimeout(timer);
  };
}

/** Renders once a second, together with every other user of it: one timer for the whole page. */
export function useSecond(): number {
  return useSyncExternalStore(subscribe, () => second);
}
