import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import type { components } from '@/shared/api.gen';

export type Contact = components['schemas']['Contact'];

/** Cards found by a part of a name, a number or an address, page by page. */
export const searchQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['contacts', 'search', q],
    queryFn: ({ pageParam }) =>
      done(api.GET('/api/contacts', { params: { query: { q, cursor: pageParam, limit: 50 } } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next || undefined,
    staleTime: 0,
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ['contacts', id],
    queryFn: () => done(api.GET('/api/contacts/{id}', { params: { path: { id } } })),
  });

/** How many cases of a customer are open: told by nobody, so asked for again. */
export const casesQuery = (id: string) =>
  queryOptions({
    queryKey: ['contacts', id, 'cases'],
    queryFn: () => done(api.GET('/api/contacts/{id}/cases', { params: { path: { id } } })),
    refetchInterval: 30_000,
  });

/** Cases by number, subject, name or address; without words the newest (D-4). */
export const foundCasesQuery = (q: string) =>
  queryOptions({
    queryKey: ['contacts', 'cases', q],
    queryFn: () => done(api.GET('/api/cases', { params: { query: { q } } })),
    staleTime: 0,
  });

/** Keeps a card: a new one, or a change of the version that was read. */
export async function saveCard(card: Contact): Promise<Contact> {
  const saved = await done(
    card.id
      ? api.PUT('/api/contacts/{id}', { params: { path: { id: card.id } }, body: card })
      : api.POST('/api/contacts', { body: card }),
  );
  void queryClient.invalidateQueries({ queryKey: ['contacts'] });
  return saved;
}

/** Says whose card a contact in hand belongs to: a new one, or one that was found by `address`. */
export async function linkCard(
  segmentId: string,
  to: { card: Contact } | { contactId: string; address: string },
): Promise<Contact> {
  const linked = await done(
    api.POST('/api/segments/{id}/contact', { params: { path: { id: segmentId } }, body: to }),
  );
  void queryClient.invalidateQueries({ queryKey: ['contacts'] });
  return linked;
}

export const nameOf = (card: Pick<Contact, 'name' | 'phones' | 'emails'>): string =>
  card.name || card.phones?.[0] || card.emails?.[0] || '';

export const pastQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['contacts', id, 'interactions'],
    queryFn: ({ pageParam }) =>
      done(
        api.GET('/api/contacts/{id}/interactions', {
          params: { path: { id }, query: { cursor: pageParam, limit: 20 } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next || undefined,
    staleTime: 0,
  });
