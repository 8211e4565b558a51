import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';

export const targetsQuery = queryOptions({
  queryKey: ['desk', 'targets'],
  queryFn: () => done(api.GET('/api/desk/targets')),
  staleTime: 0,
  refetchInterval: 5_000, // colleagues' states, while the window is open
});

const path = (id: string) => ({ params: { path: { id } } });

export const endSegment = (id: string) => done(api.POST('/api/segments/{id}/end', path(id)));

export const transferTo = (id: string, to: { serviceId: string } | { userId: string }, note: string) =>
  done(api.POST('/api/segments/{id}/transfer', { ...path(id), body: { ...to, note } }));

export const invite = (id: string, userId: string) =>
  done(api.POST('/api/segments/{id}/invite', { ...path(id), body: { userId } }));
