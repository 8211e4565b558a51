import { queryOptions } from '@tanstack/react-query';
import { api, commandOnce, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import { useLive } from '@/shared/live/live';
import type { Receiver } from './addresses';
import type { MailView } from './cases';

export type DraftKind = 'reply' | 'reply_all' | 'forward';

const path = (id: string) => ({ params: { path: { id } } });

const draftKey = (...segmentId: string[]) => ['mail-draft', ...segmentId];

/**
 * The draft of a mail in hand. Opening the mail begins one; null: it was sent
 * or deleted, and the next one is begun by hand.
 */
export const draftQuery = (segmentId: string) =>
  queryOptions({
    queryKey: draftKey(segmentId),
    queryFn: (): Promise<MailView | null> =>
      done(api.POST('/api/segments/{id}/drafts', { ...path(segmentId), body: {} })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

export function setDraft(segmentId: string, draft: MailView | null): void {
  queryClient.setQueryData(draftQuery(segmentId).queryKey, draft);
}

/** The drafts of the mails in hand. */
export const cachedDrafts = (): MailView[] =>
  queryClient
    .getQueriesData<MailView | null>({ queryKey: draftKey() })
    .flatMap(([, draft]) => (draft ? [draft] : []));

export const readDraftAgain = (segmentId: string) =>
  void queryClient.invalidateQueries({ queryKey: draftKey(segmentId) });

export async function beginDraft(segmentId: string, kind: DraftKind, mailId?: string): Promise<void> {
  const body = { kind, mailId };
  setDraft(segmentId, await done(api.POST('/api/segments/{id}/drafts', { ...path(segmentId), body })));
}

export const getMail = (id: string) => done(api.GET('/api/mails/{id}', path(id)));

/** What is written in a draft. */
export interface DraftText {
  to: Receiver[];
  cc: Receiver[];
  bcc: Receiver[];
  subject: string;
  html: string;
}

export const textOf = (draft: MailView): DraftText => ({
  to: draft.to ?? [],
  cc: draft.cc ?? [],
  bcc: draft.bcc ?? [],
  subject: draft.subject,
  html: draft.body ?? '',
});

export const saveMail = (id: string, version: number, text: DraftText) =>
  done(api.PUT('/api/mails/{id}', { ...path(id), body: { version, ...text } }));

export const deleteMail = (id: string) => done(api.DELETE('/api/mails/{id}', path(id)));

export const sendMail = (id: string, version: number, close: boolean) =>
  done(api.POST('/api/mails/{id}/send', { ...path(id), body: { version, close }, headers: commandOnce() }));

export const detach = (id: string, fileId: string) =>
  done(api.DELETE('/api/mails/{id}/files/{fileId}', { params: { path: { id, fileId } } }));

/** All mails of a mail in hand were seen. */
export const readMails = (segmentId: string) =>
  done(api.POST('/api/segments/{id}/read-mails', path(segmentId)));

export const park = (segmentId: string) => done(api.POST('/api/segments/{id}/park', path(segmentId)));

export const newMail = (serviceId: string, to: Receiver[] = []) =>
  done(api.POST('/api/mails', { body: { serviceId, to } }));

export const retryMail = (id: string) => done(api.POST('/api/mails/{id}/retry', path(id)));

export const addressesQuery = (q: string) =>
  queryOptions({
    queryKey: ['mail-addresses', q],
    queryFn: () => done(api.GET('/api/mail-addresses', { params: { query: { q } } })),
    enabled: q.length > 1 && q.length <= 100,
  });

// A mail that left this person's hands begins anew when it comes back.
useLive.subscribe((live, before) => {
  if (live.segments === before.segments) return;
  for (const id of Object.keys(before.segments)) {
    if (!live.segments[id]) queryClient.removeQueries({ queryKey: draftKey(id) });
  }
});
