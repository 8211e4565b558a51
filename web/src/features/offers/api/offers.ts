import { create } from 'zustand';
import { api, done } from '@/shared/api/client';
import { focusOnArrival } from '@/shared/live/focus';
import { failed } from '@/shared/ui/failed';

// Offers answered here, whose closing the server has not told yet: their card
// goes and the ringing stops at the click.
export const useAnswered = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

export function accept(segmentId: string, focus: boolean): void {
  if (focus) focusOnArrival(segmentId);
  answer(segmentId, done(api.POST('/api/offers/{segmentId}/accept', { params: { path: { segmentId } } })));
}

export function reject(segmentId: string): void {
  answer(segmentId, done(api.POST('/api/offers/{segmentId}/reject', { params: { path: { segmentId } } })));
}

function answer(segmentId: string, sent: Promise<unknown>): void {
  useAnswered.setState(({ ids }) => ({ ids: new Set(ids).add(segmentId) }));
  sent.catch((error) => {
    useAnswered.setState(({ ids }) => ({ ids: new Set([...ids].filter((id) => id !== segmentId)) }));
    failed(error);
  });
}
