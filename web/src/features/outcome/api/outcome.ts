import { queryOptions } from '@tanstack/react-query';
import { create } from 'zustand';
import { api, done } from '@/shared/api/client';
import { ApiError } from '@/shared/api/errors';
import type { components } from '@/shared/api.gen';
import type { Segment } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { failed } from '@/shared/ui/failed';

export const dispositionsQuery = (serviceId: string) =>
  queryOptions({
    queryKey: ['desk', 'dispositions', serviceId],
    queryFn: () => done(api.GET('/api/desk/dispositions', { params: { query: { serviceId } } })),
    enabled: serviceId !== '',
  });

export type DeskDisposition = components['schemas']['DeskDisposition'];

export interface Outcome {
  dispositionId: string;
  comment: string;
}

// What was chosen or written here and may not be on the server yet, by segment.
const useEdited = create<{
  edited: Record<string, Outcome>;
  finishing: string;
  /** The field that held back «Завершить» (PAR-2003), by segment. */
  missing: Record<string, string>;
}>(() => ({ edited: {}, finishing: '', missing: {} }));
const SAVE_AFTER = 700;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

export function useOutcome(segment: Segment): Outcome {
  const edited = useEdited((state) => state.edited[segment.id]);
  return edited ?? { dispositionId: segment.dispositionId, comment: segment.comment };
}

/**
 * The disposition to begin with: of a mail whose answer was sent to close it, the one of its service that
 * closes cases (decision 31). Of several nobody can say which; then the agent chooses.
 */
export function proposal(segment: Segment, known: readonly DeskDisposition[]): string {
  const { kind, state, endReason, dispositionId } = segment;
  if (kind !== 'email' || state !== 'ended' || endReason !== 'sent' || dispositionId) return '';
  const closing = known.filter((one) => one.closesCase && !one.spam);
  return closing.length === 1 ? (closing[0]?.id ?? '') : '';
}

const proposed = new Set<string>();

/** Preselects a disposition, once and over nothing that was chosen. It counts when the row is finished. */
export function propose(segment: Segment, dispositionId: string): void {
  if (proposed.has(segment.id)) return;
  proposed.add(segment.id);
  const { edited } = useEdited.getState();
  const before = edited[segment.id] ?? { dispositionId: '', comment: segment.comment };
  if (before.dispositionId) return;
  useEdited.setState({ edited: { ...edited, [segment.id]: { ...before, dispositionId } } });
}

/** Whether a field must be filled in before the row can be finished. */
export const useMissing = (id: string, field: keyof Outcome) =>
  useEdited((state) => state.missing[id] === field);

export const useFinishing = (id: string) => useEdited((state) => state.finishing === id);

/** Keeps a change: shown at once, on the server a moment later. */
export function setOutcome(segment: Segment, change: Partial<Outcome>): void {
  const { edited } = useEdited.getState();
  const outcome = {
    dispositionId: segment.dispositionId,
    comment: segment.comment,
    ...edited[segment.id],
    ...change,
  };
  useEdited.setState(({ missing: { [segment.id]: field, ...missing } }) => ({
    edited: { ...edited, [segment.id]: outcome },
    // What is filled in is not marked any longer.
    missing: field && !(field in change) ? { ...missing, [segment.id]: field } : missing,
  }));
  clearTimeout(timers.get(segment.id));
  timers.set(
    segment.id,
    setTimeout(() => void save(segment.id), SAVE_AFTER),
  );
}

async function save(id: string): Promise<void> {
  const body = useEdited.getState().edited[id];
  if (!body) return;
  try {
    await done(api.PUT('/api/segments/{id}/outcome', { params: { path: { id } }, body }));
  } catch (error) {
    failed(error);
  }
}

/** «Завершить»: the outcome goes with it, so nothing depends on what was saved before. */
export async function finish(segment: Segment): Promise<void> {
  const { id } = segment;
  clearTimeout(timers.get(id));
  useEdited.setState({ finishing: id });
  const body = useEdited.getState().edited[id] ?? {};
  try {
    await done(api.POST('/api/segments/{id}/finish', { params: { path: { id } }, body }));
  } catch (error) {
    if (error instanceof ApiError && error.code === 'PAR-2003') {
      useEdited.setState(({ missing }) => ({
        missing: { ...missing, [id]: error.problem.field ?? 'dispositionId' },
      }));
    }
    failed(error);
  } finally {
    useEdited.setState({ finishing: '' });
  }
}

useLive.subscribe((live, before) => {
  if (live.segments === before.segments) return;
  const { edited, missing } = useEdited.getState();
  const left = Object.entries(edited).filter(([id]) => live.segments[id]);
  if (left.length === Object.keys(edited).length) return;
  const still = Object.entries(missing).filter(([id]) => live.segments[id]);
  useEdited.setState({ edited: Object.fromEntries(left), missing: Object.fromEntries(still) });
});
