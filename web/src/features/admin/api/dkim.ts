import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';

const domains = async () => (await done(api.GET('/api/dkim'))).domains ?? [];

/** The domains of the mailboxes, with their keys. */
export const dkimQuery = queryOptions({ queryKey: ['admin', 'dkim'], queryFn: domains });

export type DkimDomain = Awaited<ReturnType<typeof domains>>[number];
export type DkimKey = NonNullable<DkimDomain['keys']>[number];

const changed = () => queryClient.invalidateQueries({ queryKey: dkimQuery.queryKey });
const at = (id: string) => ({ params: { path: { id } } });

/** Makes a key; it signs nothing yet. */
export async function prepareKey(domain: string): Promise<void> {
  await done(api.POST('/api/dkim-keys', { body: { domain } }));
  await changed();
}

/** Asks the DNS for the record; gives what stands there. */
export async function checkKey(id: string): Promise<{ found: string[]; detail: string }> {
  const { found, detail } = await done(api.POST('/api/dkim-keys/{id}/check', at(id)));
  await changed();
  return { found: found ?? [], detail };
}

/** Lets the key sign; `unchecked`: even if its record is not to be seen. */
export async function startSigning(id: string, unchecked: boolean): Promise<void> {
  try {
    await done(api.POST('/api/dkim-keys/{id}/use', { ...at(id), body: { unchecked } }));
  } finally {
    await changed();
  }
}

export async function removeKey(id: string): Promise<void> {
  await api.DELETE('/api/dkim-keys/{id}', at(id));
  await changed();
}
