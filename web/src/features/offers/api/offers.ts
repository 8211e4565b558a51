import { create } from 'zustand';
import { api, done } from '@/shared/api/client';
import { focusOnArrival } from '@/shared/live/focus';
import { useLive } from '@/shared/live/live';
import { failed } from '@/shared/ui/failed';

// Offers answered here, whose closing the server has not told yet, with their
// beginning: the card goes and the ringing stops at the click. The same contact
// may be offered again later, and that is another offer.
export const useAnswered = create<{ begun: ReadonlyMap<string, number> }>(() => ({ begun: new Map() }));

useLive.subscribe((live, before) => {
  if (live.offers === before.offers) return;
  const { begun } = useAnswered.getState();
  const left = [...begun].filter(([id, at]) => live.offers[id]?.openedAt === at);
  if (left.length < begun.size) useAnswered.setState({ begun: new Map(left) });
});

export function accept(segmentId: string, focus: boolean): void {
  if (focus) focusOnArrival(segmentId);
  answer(segmentId, done(api.POST('/api/offers/{segmentId}/accept', { params: { path: { segmentId } } })));
}

export function reject(segmentId: string): void {
  answer(segmentId, done(api.POST('/api/offers/{segmentId}/reject', { params: { path: { segmentId } } })));
}

/** Puts an offered mail into one's own queue. */
export function postpone(segmentId: string): void {
  answer(segmentId, done(api.POST('/api/offers/{segmentId}/postpone', { params: { path: { segmentId } } })));
}

function answer(segmentId: string, sent: Promise<unknown>): void {
  const at = useLive.getState().offers[segmentId]?.openedAt ?? 0;
  useAnswered.setState(({ begun }) => ({ begun: new Map(begun).set(segmentId, at) }));
  sent.catch((error) => {
    useAnswered.setState(({ begun }) => ({ begun: new Map([...begun].filter(([id]) => id !== segmentId)) }));
    failed(error);
  });
}
