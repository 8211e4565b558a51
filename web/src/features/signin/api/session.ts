import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { ApiError } from '@/shared/api/errors';
import { queryClient } from '@/shared/api/queries';
import type { components } from '@/shared/api.gen';

export type Me = components['schemas']['Me'];

/** Who is signed in; null: nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async () => {
    try {
      return await done(api.GET('/api/session'));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export async function signIn(login: string, password: string, force: boolean) {
  const me = await done(api.POST('/api/session', { body: { login, password, force } }));
  queryClient.setQueryData(meQuery.queryKey, me);
  return me;
}

export async function changePassword(old: string, fresh: string) {
  await api.POST('/api/session/password', { body: { old, new: fresh } });
  await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
}

/** Whether this contact centre sends links for new passwords. */
export const resetOfferQuery = queryOptions({
  queryKey: ['reset-offer'],
  queryFn: () => done(api.GET('/api/session/reset')),
  staleTime: 60_000,
  retry: false,
});

/** Asks for a link by mail; the answer is the same whoever is named. */
export async function askReset(login: string) {
  await api.POST('/api/session/reset', { body: { login } });
}

/** Sets a new password with the token of a link. */
export async function resetPassword(token: string, fresh: string) {
  await api.POST('/api/session/reset/password', { body: { token, new: fresh } });
}

export async function signOut() {
  try {
    await api.DELETE('/api/session');
  } catch (error) {
    // Leaving the floor may have ended the session already.
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  queryClient.clear();
  queryClient.setQueryData(meQuery.queryKey, null);
}
