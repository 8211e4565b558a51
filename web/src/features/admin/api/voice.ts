import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import type { components } from '@/shared/api.gen';
import type { Thing } from './store';

/** What a trunk and Parley said to each other in a test. */
export interface Exchange<Reason extends string> {
  ok: boolean;
  /** What came of it, where the interface has words for that. */
  reason: Reason;
  /** What the reason leaves open: the last answer as the other machine said it, a name, a number. */
  detail: string;
  /** Every message, without secrets. */
  text: string;
}

/** How the trunks in use are. */
export const trunkStatusQuery = queryOptions({
  queryKey: ['admin', 'trunk-status'],
  queryFn: () => done(api.GET('/api/trunk-status')),
  refetchInterval: 5_000,
});
export type TrunkStatus = NonNullable<
  Awaited<ReturnType<Extract<(typeof trunkStatusQuery)['queryFn'], (...args: never[]) => unknown>>>['items']
>[number];

type Answer<T> = Promise<{ data?: T; error?: unknown }>;
const post = api.POST as unknown as <T>(url: string, init: object) => Answer<T>;
const put = api.PUT as unknown as <T>(url: string, init: object) => Answer<T>;

/** Asks a trunk whether it is there (OPTIONS). */
export const testTrunk = (id: string) =>
  done(post<components['schemas']['TestResult']>('/api/trunks/{id}/test', { params: { path: { id } } }));

/** Gives a prompt its sound: a WAV or MP3 file. */
export async function uploadPrompt(id: string, file: File): Promise<void> {
  await done(
    put<Thing>('/api/prompts/{id}/sound', {
      params: { path: { id } },
      body: file,
      bodySerializer: (body: File) => body,
      headers: { 'Content-Type': file.type || 'application/octet-stream' },
    }),
  );
  await queryClient.invalidateQueries({ queryKey: ['admin', 'prompts'] });
}
