import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import type { components } from '@/shared/api.gen';

/** How often what goes on with mails is asked for while somebody looks at it. */
const LOOK_MS = 5_000;

const changed = (what: string) => queryClient.invalidateQueries({ queryKey: ['admin', what] });

/** How the fetching of the mailboxes goes, and which mails stayed on their servers. */
export const mailboxStatusQuery = queryOptions({
  queryKey: ['admin', 'mailbox-status'],
  queryFn: () => done(api.GET('/api/mailbox-status')),
  refetchInterval: LOOK_MS,
});

/** Mails that could not be understood. */
export const mailQuarantineQuery = queryOptions({
  queryKey: ['admin', 'mail-quarantine'],
  queryFn: () => done(api.GET('/api/mail-quarantine')),
  refetchInterval: LOOK_MS,
});

/** Mails that are on their way out or did not arrive. */
export const mailOutboxQuery = queryOptions({
  queryKey: ['admin', 'mail-outbox'],
  queryFn: () => done(api.GET('/api/mail-outbox')),
  refetchInterval: LOOK_MS,
});

type Answer<Q extends { queryFn?: unknown }> = Awaited<
  ReturnType<Extract<Q['queryFn'], (...args: never[]) => unknown>>
>;
export type MailboxStatus = Answer<typeof mailboxStatusQuery>;
export type QuarantinedMail = Answer<typeof mailQuarantineQuery>[number];
export type OutboundMail = Answer<typeof mailOutboxQuery>[number];

export type MailTest = components['schemas']['MailTestResult'];

/** Signs in at the mailbox's IMAP server, or asks its relay. */
export function testMailbox(id: string, side: 'imap' | 'relay'): Promise<MailTest> {
  const path = { params: { path: { id } } };
  return done(
    side === 'imap'
      ? api.POST('/api/entries/{id}/test-imap', path)
      : api.POST('/api/entries/{id}/test-relay', path),
  );
}

/** Takes in again what came to the mailbox's server since a day. */
export async function backfill(id: string, from: string): Promise<void> {
  await api.POST('/api/entries/{id}/backfill', { params: { path: { id } }, body: { from } });
  await changed('mailbox-status');
}

export async function retryMail(id: string): Promise<void> {
  await api.POST('/api/mail-quarantine/{id}/retry', { params: { path: { id } } });
  await changed('mail-quarantine');
}

export async function discardMail(id: string): Promise<void> {
  await api.DELETE('/api/mail-quarantine/{id}', { params: { path: { id } } });
  await changed('mail-quarantine');
}

export async function resendMail(id: string): Promise<void> {
  await api.POST('/api/mail-outbox/{id}/retry', { params: { path: { id } } });
  await changed('mail-outbox');
}

export async function forgetSkipped(id: string): Promise<void> {
  await api.DELETE('/api/mailbox-skipped/{id}', { params: { path: { id } } });
  await changed('mailbox-status');
}
