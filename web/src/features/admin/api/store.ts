import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import type { KindId } from './entities';

/** A thing of any kind; which fields it has the kind's description says. */
export type Thing = Record<string, unknown> & { id: string; version: number };

type Answer<T> = Promise<{ data?: T; error?: unknown }>;

// The pages are one description for twelve kinds, so their paths are put
// together here; the server checks every field anyway.
const call = api as unknown as Record<
  'GET' | 'POST' | 'PUT' | 'DELETE',
  <T>(path: string, init?: object) => Answer<T>
>;

// Entries are one kind of the API and several pages here: their forms differ.
const ENTRIES: Partial<Record<KindId, string>> = {
  entries: 'chat',
  numbers: 'number',
  'call-buttons': 'call',
  mailboxes: 'mailbox',
};
const pathOf = (kind: KindId) => (kind in ENTRIES ? 'entries' : kind);
const belongs = (kind: KindId) => (thing: Thing) => !(kind in ENTRIES) || thing.kind === ENTRIES[kind];

const PAGE = 200;

/** All things of a kind, page by page. */
export const listQuery = (kind: KindId) =>
  queryOptions({
    queryKey: ['admin', kind],
    queryFn: async () => {
      const items: Thing[] = [];
      let cursor: string | undefined;
      do {
        const page: { items: Thing[] | null; next?: string } = await done(
          call.GET(`/api/${pathOf(kind)}`, {
            params: { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
          }),
        );
        items.push(...(page.items ?? []));
        cursor = page.next || undefined;
      } while (cursor);
      return items.filter(belongs(kind));
    },
  });

export const thingQuery = (kind: KindId, id: string) =>
  queryOptions({
    queryKey: ['admin', kind, id],
    queryFn: () => done(call.GET<Thing>(`/api/${pathOf(kind)}/${id}`)),
    staleTime: 0,
  });

/** What a new thing begins with; some kinds have only the form's own idea of it. */
export const defaultsQuery = (kind: KindId) =>
  queryOptions({
    queryKey: ['admin', 'defaults', kind],
    queryFn: () => done(call.GET<Thing>(`/api/${pathOf(kind)}/defaults`)),
    enabled: kind !== 'api-keys' && kind !== 'tenants',
    staleTime: Number.POSITIVE_INFINITY,
  });

export const privilegesQuery = queryOptions({
  queryKey: ['admin', 'privileges'],
  queryFn: () => done(api.GET('/api/privileges')),
});

/** Makes or changes a thing; what the server gives back may hold a secret that is shown this once. */
export async function save(
  kind: KindId,
  id: string | undefined,
  values: Record<string, unknown>,
  version?: number,
): Promise<Thing> {
  const saved = id
    ? await done(call.PUT<Thing>(`/api/${pathOf(kind)}/${id}`, { body: { ...values, version } }))
    : await (kind === 'users'
        ? makeUser(values)
        : done(call.POST<Thing>(`/api/${pathOf(kind)}`, { body: values })));
  await queryClient.invalidateQueries({ queryKey: ['admin', kind] });
  return saved;
}

// A password is an act of its own, judged by the policy. One that is refused leaves no person behind whom
// nobody asked for: the form stays as it is, with the reason at its field.
async function makeUser({ password, ...values }: Record<string, unknown>): Promise<Thing> {
  const user = await done(call.POST<Thing>('/api/users', { body: values }));
  if (typeof password !== 'string' || password === '') return user;
  try {
    await setPassword(user.id, password);
  } catch (refused) {
    await call.DELETE(`/api/users/${user.id}`, { params: { query: { version: user.version } } });
    throw refused;
  }
  return user;
}

export async function remove(kind: KindId, thing: Thing): Promise<void> {
  await call.DELETE(`/api/${pathOf(kind)}/${thing.id}`, { params: { query: { version: thing.version } } });
  await queryClient.invalidateQueries({ queryKey: ['admin', kind] });
}

export async function setPassword(userId: string, password: string): Promise<void> {
  await call.PUT(`/api/users/${userId}/password`, { body: { password, mustChange: true } });
}
