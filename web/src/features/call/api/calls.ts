import { create } from 'zustand';
import { api, done } from '@/shared/api/client';
import { serverNow } from '@/shared/lib/clock';
import type { Call } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { failed } from '@/shared/ui/failed';
import type { Figures } from '../live/quality';

const path = (id: string) => ({ params: { path: { id } } });

/** Gives the browser's offer of a leg to the server; the answer says which codec it is. */
export const negotiate = (id: string, sdp: string) =>
  done(api.POST('/api/segments/{id}/leg', { ...path(id), body: { sdp } }));

export const reportQuality = (id: string, figures: Figures) =>
  done(api.POST('/api/segments/{id}/quality', { ...path(id), body: figures }));

/** What was asked for here and the server's word on it is still to come. */
interface Wish {
  muted?: boolean;
  held?: boolean;
  heldSince?: number;
}

const useWishes = create<{ wishes: Record<string, Wish> }>(() => ({ wishes: {} }));

/** Mute and hold of a call: the server's word, with what was just asked for on top. */
export interface Control {
  muted: boolean;
  held: boolean;
  heldSince: number;
}

function controlOf(call: Call | undefined, wish: Wish | undefined): Control {
  const held = wish?.held ?? call?.held ?? false;
  return {
    muted: wish?.muted ?? call?.muted ?? false,
    held,
    heldSince: held ? call?.heldSince || wish?.heldSince || 0 : 0,
  };
}

export function useControl(segmentId: string): Control {
  const call = useLive((live) => live.calls[segmentId]);
  const wish = useWishes((known) => known.wishes[segmentId]);
  return controlOf(call, wish);
}

/** The same outside React. */
export function control(segmentId: string): Control {
  return controlOf(useLive.getState().calls[segmentId], useWishes.getState().wishes[segmentId]);
}

export const onControl = (listener: () => void) => useWishes.subscribe(listener);

export function setMuted(segmentId: string, muted: boolean): void {
  wish(segmentId, { muted });
  inTurn(segmentId, () =>
    done(api.POST('/api/segments/{id}/mute', { ...path(segmentId), body: { muted } })),
  ).catch((error) => {
    unwish(segmentId, 'muted', muted);
    failed(error);
  });
}

export function setHeld(segmentId: string, held: boolean): void {
  wish(segmentId, { held, heldSince: held ? serverNow() : 0 });
  inTurn(segmentId, () =>
    done(api.POST('/api/segments/{id}/hold', { ...path(segmentId), body: { held } })),
  ).catch((error) => {
    unwish(segmentId, 'held', held);
    failed(error);
  });
}

// Digits typed while others are on their way go together: their order is theirs.
const typed = new Map<string, string>();
const AT_ONCE = 64;

/** Sends digits to the far end; a comma is a pause of a second. */
export function sendDigits(segmentId: string, digits: string): void {
  const waiting = typed.get(segmentId);
  typed.set(segmentId, (waiting ?? '') + digits);
  if (waiting !== undefined) return;
  inTurn(segmentId, async () => {
    const all = typed.get(segmentId) ?? '';
    typed.delete(segmentId);
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const body = { digits: all.slice(at, at + AT_ONCE) };
      await done(api.POST('/api/segments/{id}/digits', { ...path(segmentId), body }));
    }
  }).catch(failed);
}

// Commands of one call reach the server in the order they were given.
const turns = new Map<string, Promise<unknown>>();

function inTurn(segmentId: string, work: () => Promise<unknown>): Promise<unknown> {
  const before = turns.get(segmentId) ?? Promise.resolve();
  const mine = before.catch(() => undefined).then(work);
  turns.set(segmentId, mine);
  return mine.finally(() => {
    if (turns.get(segmentId) === mine) turns.delete(segmentId);
  });
}

function wish(segmentId: string, change: Wish): void {
  useWishes.setState(({ wishes }) => ({
    wishes: { ...wishes, [segmentId]: { ...wishes[segmentId], ...change } },
  }));
}

// Only the wish that failed: a later one of the same kind has taken its place.
function unwish(segmentId: string, kind: 'muted' | 'held', value: boolean): void {
  useWishes.setState(({ wishes }) => {
    const mine = wishes[segmentId];
    if (!mine || mine[kind] !== value) return { wishes };
    const { [kind]: _, ...rest } = mine;
    return { wishes: { ...wishes, [segmentId]: rest } };
  });
}

// A wish ends when the server says the same, or the call is gone. Until then it
// covers older words of the server, so that a muted microphone never opens again by itself.
useLive.subscribe((live, before) => {
  if (live.calls === before.calls) return;
  const { wishes } = useWishes.getState();
  const left: Record<string, Wish> = {};
  for (const [id, mine] of Object.entries(wishes)) {
    const call = live.calls[id];
    if (!call) continue;
    const rest: Wish = {};
    if (mine.muted !== undefined && mine.muted !== call.muted) rest.muted = mine.muted;
    if (mine.held !== undefined && mine.held !== call.held) {
      rest.held = mine.held;
      rest.heldSince = mine.heldSince;
    }
    if (Object.keys(rest).length > 0) left[id] = rest;
  }
  if (Object.keys(wishes).length > 0) useWishes.setState({ wishes: left });
});
