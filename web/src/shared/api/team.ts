import { queryOptions } from '@tanstack/react-query';
import { api, done } from './client';
import { queryClient } from './queries';

/** What my team's settings say about my desk. */
export const teamQuery = queryOptions({
  queryKey: ['desk', 'team'],
  queryFn: () => done(api.GET('/api/desk/team')),
  staleTime: Number.POSITIVE_INFINITY,
});

export type Sounding = 'offer' | 'message' | 'email';

/** Whether the team's settings give an event a sound; before they are known it has one. */
export const sounds = (what: Sounding): boolean =>
  queryClient.getQueryData(teamQuery.queryKey)?.sounds[what] ?? true;
