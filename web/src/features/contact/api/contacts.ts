import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { create } from 'zustand';
import { api, done } from '@/shared/api/client';

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

/** What of the contacts is open in the information area: the search, and cards. */
export const useOpened = create<{ searching: boolean; cards: { id: string; name: string }[] }>(() => ({
  searching: false,
  cards: [],
}));

export function openCard(id: string, name: string): void {
  useOpened.setState(({ cards }) => ({
    cards: cards.some((one) => one.id === id) ? cards : [...cards, { id, name }],
  }));
}

export function closeCard(id: string): void {
  useOpened.setState(({ cards }) => ({ cards: cards.filter((one) => one.id !== id) }));
}
