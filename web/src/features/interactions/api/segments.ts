import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';

const KINDS = ['chat', 'voice', 'email'] as const;

/** Where a contact of a kind may be handed to. */
export const targetsQuery = (of: string) => {
  const kind = KINDS.find((one) => one === of);
  return queryOptions({
    queryKey: ['desk', 'targets', of],
    queryFn: () => done(api.GET('/api/desk/targets', { params: { query: { kind } } })),
    staleTime: 0,
    refetchInterval: 5_000, // colleagues' states, while the window is open
  });
};

const path = (id: string) => ({ params: { path: { id } } });

export const endSegment = (id: string) => done(api.POST('/api/segments/{id}/end', path(id)));

type TransferTarget = { serviceId: string } | { userId: string } | { number: string };

export const transferTo = (id: string, to: TransferTarget, note: string) =>
  done(api.POST('/api/segments/{id}/transfer', { ...path(id), body: { ...to, note } }));

export const invite = (id: string, userId: string) =>
  done(api.POST('/api/segments/{id}/invite', { ...path(id), body: { userId } }));
