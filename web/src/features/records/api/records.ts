import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import type { components } from '@/shared/api.gen';

export type RecordRow = components['schemas']['Record'];
export type RecordPart = components['schemas']['RecordPart'];
export type RecordDetail = components['schemas']['RecordDetail'];
export type Message = components['schemas']['Message'];
export type SegmentExplanation = components['schemas']['SegmentExplanation'];
export type Moment = components['schemas']['Moment'];

export const OUTCOMES = [
  'handled',
  'abandoned',
  'transferred',
  'offline',
  'refused',
  'declined',
  'returned',
  'deleted',
  'moved',
  'system_failure',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What is looked for; empty fields don't narrow. Times are unix ms, `to` excluded. */
export interface RecordFilter {
  from: number;
  to: number;
  serviceId: string;
  agentId: string;
  outcome: string;
  dispositionId: string;
  /** Of the case of a mail: its category, its fields as «id:value». */
  categoryId: string;
  fields: string[];
  q: string;
  oldest: boolean;
}

const PAGE = 100;

/** Records page by page: each page knows where the next begins, so nothing is skipped when new ones come. */
export const recordsQuery = (filter: RecordFilter) =>
  infiniteQueryOptions({
    queryKey: ['records', filter],
    queryFn: ({ pageParam, signal }) =>
      done(
        api.GET('/api/records', {
          signal,
          params: {
            query: {
              from: filter.from || undefined,
              to: filter.to || undefined,
              serviceId: filter.serviceId || undefined,
              agentId: filter.agentId || undefined,
              outcome: OUTCOMES.find((one) => one === filter.outcome),
              dispositionId: filter.dispositionId || undefined,
              categoryId: filter.categoryId || undefined,
              field: filter.fields.length > 0 ? filter.fields : undefined,
              q: filter.q || undefined,
              sort: filter.oldest ? 'oldest' : 'newest',
              cursor: pageParam || undefined,
              limit: PAGE,
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next || undefined,
  });

export const recordQuery = (interactionId: string) =>
  queryOptions({
    queryKey: ['records', 'one', interactionId],
    queryFn: () => done(api.GET('/api/records/{interactionId}', { params: { path: { interactionId } } })),
    staleTime: 5_000,
    refetchInterval: (query) => (query.state.data?.finishedAt === 0 ? 3_000 : false),
  });

/** The routing log of a contact, decided again by the server (B-4). */
export const explanationQuery = (interactionId: string) =>
  queryOptions({
    queryKey: ['records', 'explanation', interactionId],
    queryFn: () =>
      done(api.GET('/api/records/{interactionId}/explanation', { params: { path: { interactionId } } })),
    staleTime: 5_000,
  });

/** A conversation from its end; each further page is earlier. */
export const transcriptQuery = (conversationId: string) =>
  infiniteQueryOptions({
    queryKey: ['records', 'transcript', conversationId],
    queryFn: ({ pageParam }) =>
      done(
        api.GET('/api/conversations/{id}/messages', {
          params: { path: { id: conversationId }, query: { before: pageParam, limit: 200 } },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.more ? page.items?.[0]?.n : undefined),
    staleTime: 5_000,
  });

/** Names of services and agents to filter by. */
export const scopeQuery = queryOptions({
  queryKey: ['stats', 'scope'],
  queryFn: () => done(api.GET('/api/stats/scope')),
});

export const dispositionsQuery = queryOptions({
  queryKey: ['records', 'dispositions'],
  queryFn: async () =>
    (await done(api.GET('/api/dispositions', { params: { query: { limit: 500 } } }))).items ?? [],
});
