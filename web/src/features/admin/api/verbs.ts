import { api, done } from '@/shared/api/client';
import { base64 } from '@/shared/api/files';
import { queryClient } from '@/shared/api/queries';

// What some kinds can do besides being edited.

const changed = (kind: string) => queryClient.invalidateQueries({ queryKey: ['admin', kind] });

/** A file as the API takes it inside JSON. */
export async function importUsers(file: Blob, dryRun: boolean) {
  const report = await done(api.POST('/api/users/import', { body: { file: await base64(file), dryRun } }));
  if (!dryRun) await changed('users');
  return report;
}

export async function importHolidays(id: string, version: number, file: Blob, dryRun: boolean) {
  const report = await done(
    api.POST('/api/calendars/{id}/import', {
      params: { path: { id } },
      body: { file: await base64(file), dryRun, version },
    }),
  );
  if (!dryRun) await changed('calendars');
  return report;
}

/** A new public key of a widget; pages with the old one lose it. */
export async function renewEntryKey(id: string, version: number): Promise<void> {
  await api.POST('/api/entries/{id}/key', { params: { path: { id } }, body: { version } });
  await changed('entries');
}

/** A new secret, shown this once. */
export async function renewSecret(kind: 'webhooks' | 'api-keys', id: string): Promise<string> {
  const params = { params: { path: { id } } };
  const said = await done<{ secret: string }>(
    kind === 'webhooks'
      ? api.POST('/api/webhooks/{id}/secret', params)
      : api.POST('/api/api-keys/{id}/secret', params),
  );
  await changed(kind);
  return said.secret;
}

export async function testWebhook(id: string): Promise<void> {
  await api.POST('/api/webhooks/{id}/test', { params: { path: { id } } });
  await changed('deliveries');
}

export async function replayDelivery(id: string, delivery: string): Promise<void> {
  await api.POST('/api/webhooks/{id}/deliveries/{delivery}/replay', { params: { path: { id, delivery } } });
  await changed('deliveries');
}

export async function suspendTenant(id: string): Promise<void> {
  await api.POST('/api/tenants/{id}/suspend', { params: { path: { id } } });
  await changed('tenants');
}

export async function resumeTenant(id: string): Promise<void> {
  await api.POST('/api/tenants/{id}/resume', { params: { path: { id } } });
  await changed('tenants');
}

export async function deleteTenant(id: string, confirm: string): Promise<void> {
  await api.DELETE('/api/tenants/{id}', { params: { path: { id }, query: { confirm } } });
  await changed('tenants');
}

export async function retryQuarantined(id: string): Promise<void> {
  await api.POST('/api/quarantine/{id}/retry', { params: { path: { id } } });
  await changed('quarantine');
}

export async function discardQuarantined(id: string): Promise<void> {
  await api.DELETE('/api/quarantine/{id}', { params: { path: { id } } });
  await changed('quarantine');
}
