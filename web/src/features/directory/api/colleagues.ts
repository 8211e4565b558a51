import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { ApiError } from '@/shared/api/errors';
import { focusOnArrival } from '@/shared/live/focus';

/** Colleagues by a part of the name or the beginning of the extension, with their presence. */
export const colleaguesQuery = (q: string) =>
  queryOptions({
    queryKey: ['directory', q],
    queryFn: () => done(api.GET('/api/desk/colleagues', { params: { query: { q, limit: 50 } } })),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: 5_000, // their presence, while the directory is seen
  });

export type Callee = { userId: string } | { extension: string };

/** Calls a colleague; the row of the call has the focus when it is there. */
export async function callColleague(to: Callee, serviceId: string): Promise<void> {
  const body = { ...to, ...(serviceId && { serviceId }) };
  const begun = await done(api.POST('/api/calls', { body }));
  focusOnArrival(begun.segmentId);
}

const REFUSALS = ['targetBusy', 'targetAway', 'alreadyTalking', 'offerOpen', 'unknownAgent'] as const;
const FIELDS = ['extension', 'userId'] as const;

export type Refusal = (typeof REFUSALS)[number] | (typeof FIELDS)[number];

/** Why a call did not come about, where it is something to say beside the line; else it is a fault like any other. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const { args, field } = error.problem;
  return REFUSALS.find((one) => one === args?.refused) ?? FIELDS.find((one) => one === field);
}
