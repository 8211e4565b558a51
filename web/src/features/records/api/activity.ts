import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import type { components } from '@/shared/api.gen';

export type ActivitySpan = components['schemas']['ActivitySpan'];
export type StateTotal = components['schemas']['StateTotal'];

/** Whose states, and when; the empty person is everybody one may see. */
export interface ActivityFilter {
  userId: string;
  from: number;
  to: number;
  newest: boolean;
}

const PAGE = 100;
const DAY = 86_400_000;

/** The server sums up at most so much: a quarter of a year of one person, a week of several. */
export const tooLong = ({ userId, from, to }: ActivityFilter) => to - from > (userId ? 93 : 8) * DAY;

/** Agents' states page by page; every page has the sums of the whole period. Asked again while a state lasts. */
export const activityQuery = ({ userId, from, to, newest }: ActivityFilter) =>
  infiniteQueryOptions({
    queryKey: ['records', 'activity', userId, from, to, newest],
    queryFn: ({ pageParam, signal }) =>
      done(
        api.GET('/api/agent-activity', {
          signal,
          params: {
            query: {
              userId: userId || undefined,
              from,
              to,
              sort: newest ? 'newest' : 'oldest',
              cursor: pageParam || undefined,
              limit: PAGE,
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next || undefined,
    refetchInterval: (query) =>
      query.state.data?.pages[0]?.sums?.some((sum) => sum.running > 0) ? 15_000 : false,
  });

export const peopleQuery = queryOptions({
  queryKey: ['records', 'people'],
  queryFn: async () => (await done(api.GET('/api/agent-activity/people'))).items ?? [],
});
