import { queryOptions } from '@tanstack/react-query';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import type { components, paths } from '@/shared/api.gen';

export type CaseView = components['schemas']['CaseView'];
export type CaseState = CaseView['state'];
export type HistoryEntry = components['schemas']['HistoryEntry'];
export type MailView = components['schemas']['MailView'];
export type MailFile = components['schemas']['MailFile'];
export type Address = components['schemas']['Address'];

/** A file that the virus check keeps shut, for now or for good. */
export const isShut = (file: Pick<MailFile, 'check'>): boolean =>
  file.check === 'waiting' || file.check === 'infected';

export const CASE_STATES: readonly CaseState[] = ['open', 'pending', 'resolved', 'closed'];

// Below `desk`, so that it is read again when the desk missed something.
export const MAIL_KEY = ['desk', 'mail'] as const;

export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: [...MAIL_KEY, 'case', id],
    queryFn: () => done(api.GET('/api/cases/{id}', { params: { path: { id } } })),
  });

const isChecking = ({ mail }: HistoryEntry): boolean =>
  mail?.files?.some((file) => file.check === 'waiting') ?? false;

export const historyQuery = (id: string, events: boolean) =>
  queryOptions({
    queryKey: [...MAIL_KEY, 'case', id, 'history', events],
    queryFn: () => done(api.GET('/api/cases/{id}/history', { params: { path: { id }, query: { events } } })),
    // Who only looks at a case is told nothing of it, but sees that files are being checked.
    refetchInterval: ({ state }) => (state.data?.some(isChecking) ? 10_000 : false),
  });

export const setCaseState = (id: string, state: CaseState, version: number) =>
  done(api.POST('/api/cases/{id}/state', { params: { path: { id } }, body: { state, version } }));

/** What can be told about a case beside its mails. */
export const caseFormQuery = (id: string) =>
  queryOptions({
    queryKey: [...MAIL_KEY, 'case', id, 'form'],
    queryFn: () => done(api.GET('/api/cases/{id}/form', { params: { path: { id } } })),
  });

export type CaseEdit = Omit<
  paths['/api/cases/{id}']['put']['requestBody']['content']['application/json'],
  'version'
>;

const changing = new Map<string, Promise<unknown>>();

/**
 * Changes what is told about a case; what is left out stays. Changes of one case
 * go one after another, each on what is known of it after the one before.
 */
export function changeCase(id: string, edit: CaseEdit): Promise<void> {
  const change = async () => {
    const version = queryClient.getQueryData(caseQuery(id).queryKey)?.version ?? 0;
    try {
      await done(api.PUT('/api/cases/{id}', { params: { path: { id } }, body: { ...edit, version } }));
    } finally {
      await queryClient.invalidateQueries({ queryKey: [...MAIL_KEY, 'case', id] });
    }
  };
  const before = changing.get(id) ?? Promise.resolve();
  const mine = before.then(change, change);
  changing.set(id, mine);
  return mine;
}

export const setCaseService = (id: string, serviceId: string) =>
  done(api.POST('/api/cases/{id}/service', { params: { path: { id } }, body: { serviceId } }));

export const flagCase = (id: string, on: boolean) =>
  done(api.POST('/api/cases/{id}/flag', { params: { path: { id } }, body: { on } }));

export const pinCase = (id: string, on: boolean) =>
  done(api.POST('/api/cases/{id}/pin', { params: { path: { id } }, body: { on } }));

/** What came to a pinned case was looked at. */
export const seeCase = (id: string) => done(api.POST('/api/cases/{id}/seen', { params: { path: { id } } }));

/** Takes a case in hand, whether a mail of it waits or not. */
export const openCase = (id: string) => done(api.POST('/api/cases/{id}/open', { params: { path: { id } } }));

/** Begins a case that goes on from a closed one, and takes it in hand. */
export const followCase = (id: string) =>
  done(api.POST('/api/cases/{id}/follow-up', { params: { path: { id } } }));

export const deleteCase = (id: string) => done(api.DELETE('/api/cases/{id}', { params: { path: { id } } }));

export const restoreCase = (id: string) =>
  done(api.POST('/api/cases/{id}/restore', { params: { path: { id } } }));

export const binQuery = (offset: number) =>
  queryOptions({
    queryKey: [...MAIL_KEY, 'queue', 'bin', offset],
    queryFn: () => done(api.GET('/api/deleted-cases', { params: { query: { offset, limit: 100 } } })),
  });

export const readCaseAgain = (id: string) =>
  void queryClient.invalidateQueries({ queryKey: [...MAIL_KEY, 'case', id] });

/** Which of the two histories this person looks at: remembered on this machine (E-21). */
export const useHistoryMode = create<{ events: boolean }>()(
  persist((): { events: boolean } => ({ events: false }), { name: 'parley.caseHistory' }),
);

/** `Вера Белова <vera@example.org>`, or the address alone. */
export const shownAddress = ({ name, address }: { name?: string; address: string }) =>
  name ? `${name} <${address}>` : address;
