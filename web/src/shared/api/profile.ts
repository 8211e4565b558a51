import { queryOptions } from '@tanstack/react-query';
import type { components } from '@/shared/api.gen';
import { api, done } from './client';
import { queryClient } from './queries';

export type Profile = components['schemas']['Profile'];

/** What somebody sees and changes of themselves. */
export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: () => done(api.GET('/api/profile')),
});

export async function changeProfile(change: Partial<Profile>): Promise<void> {
  const { version } = await queryClient.ensureQueryData(profileQuery);
  try {
    const saved = await done(api.PUT('/api/profile', { body: { version, ...change } }));
    queryClient.setQueryData(profileQuery.queryKey, saved);
  } catch (error) {
    void queryClient.invalidateQueries({ queryKey: profileQuery.queryKey });
    throw error;
  }
}
