import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { Segment } from './entities';
import { useLive } from './live';

/**
 * Which row of the active list this person works on; every control acts on it
 * only (D-6). `wantedId` was accepted a moment ago and gets the focus on arrival.
 */
export const useFocus = create<{ segmentId: string; wantedId: string }>()(
  persist(() => ({ segmentId: '', wantedId: '' }), {
    name: 'parley.focus', // of this tab: a reload comes back to the same row
    storage: createJSONStorage(() => sessionStorage),
  }),
);

export function focusOn(segmentId: string): void {
  useFocus.setState({ segmentId, wantedId: '' });
}

export function focusOnArrival(segmentId: string): void {
  useFocus.setState({ wantedId: segmentId });
  keepFocus(useLive.getState().segments);
}

/** The row in focus, as long as it is there. */
export function useFocused(): Segment | undefined {
  const id = useFocus((focus) => focus.segmentId);
  return useLive((live) => live.segments[id]);
}

/** Rows by arrival, newest on top. */
export function byArrival(segments: Record<string, Segment>): Segment[] {
  return Object.values(segments)
    .filter((one) => one.state === 'active' || one.state === 'ended')
    .sort((a, b) => b.acceptedAt - a.acceptedAt || (a.id < b.id ? 1 : -1));
}

/** Keeps a row in focus while there is one: the one asked for, else the same as before, else the newest. */
function keepFocus(segments: Record<string, Segment>): void {
  const { segmentId, wantedId } = useFocus.getState();
  if (wantedId && segments[wantedId]) focusOn(wantedId);
  else if (!segments[segmentId]) useFocus.setState({ segmentId: byArrival(segments)[0]?.id ?? '' });
}

useLive.subscribe((live, before) => {
  if (live.ready && live.segments !== before.segments) keepFocus(live.segments);
});
