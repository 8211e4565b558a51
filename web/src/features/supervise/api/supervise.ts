import { queryOptions } from '@tanstack/react-query';
import { api, commandOnce, done } from '@/shared/api/client';
import { ApiError } from '@/shared/api/errors';

/** What each figure counts, for the columns' «?». */
export const definitionsQuery = queryOptions({
  queryKey: ['stats', 'definitions'],
  queryFn: async () => (await done(api.GET('/api/stats/definitions'))).items ?? [],
  staleTime: Number.POSITIVE_INFINITY,
});

/** Names of the services, teams, agents and reasons this person may watch. */
export const scopeQuery = queryOptions({
  queryKey: ['stats', 'scope'],
  queryFn: () => done(api.GET('/api/stats/scope')),
});

/** Reasons of Not ready that can be chosen by hand. */
export const reasonsQuery = queryOptions({
  queryKey: ['desk', 'reasons'],
  queryFn: () => done(api.GET('/api/desk/reasons')),
});

/** With contacts in hand the state comes about when the last is finished. */
export const forceState = (userId: string, state: 'ready' | 'not_ready', reasonId: string) =>
  done(
    api.POST('/api/agents/{userId}/state', {
      params: { path: { userId }, header: commandOnce() },
      body: reasonId ? { state, reasonId } : { state },
    }),
  );

/**
 * Ends an agent's session. Without a confirmation the server refuses while
 * contacts are in hand; then the answer is `asks`, and the person is asked again.
 */
export async function forceSignOut(userId: string, confirm: boolean): Promise<'done' | 'asks'> {
  try {
    await done(
      api.POST('/api/agents/{userId}/sign-out', {
        params: { path: { userId }, header: commandOnce() },
        body: { confirm },
      }),
    );
    return 'done';
  } catch (error) {
    if (!confirm && error instanceof ApiError && error.problem.args?.refused === 'contactInHand')
      return 'asks';
    throw error;
  }
}
