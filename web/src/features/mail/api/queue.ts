import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import type { components } from '@/shared/api.gen';
import { MAIL_KEY } from './cases';

export type QueueRow = components['schemas']['QueueRow'];
export type MailPage = components['schemas']['MailPage'] & Partial<components['schemas']['PinnedPage']>;
export type MailChoice = components['schemas']['MailChoice'];
export type MovedMails = components['schemas']['MovedMails'];
export type QueueOwner = components['schemas']['QueueOwner'];
export type Disposition = components['schemas']['DeskDisposition'];

export const PLACES = ['team', 'personal', 'pinned'] as const;
export type Place = (typeof PLACES)[number];

/** Orders of the queues, as the manual lists them (8.4.3). */
export const SORTS = ['created', 'updated', 'customer', 'sl', 'from', 'subject', 'flag'] as const;
export type Sort = (typeof SORTS)[number];

export const PAGE = 100;

/** What is looked at; empty fields don't narrow. */
export interface QueueView {
  place: Place;
  /** Whose pinned cases or personal queue; empty: one's own. */
  userId: string;
  serviceId: string;
  push: '' | 'push' | 'pull';
  language: string;
  /** What the cases are about: a category, fields as «id:value». */
  categoryId: string;
  fields: string[];
  q: string;
  sort: Sort;
  desc: boolean;
  offset: number;
}

/** The order a queue has before somebody chose another (E-17). */
export const usualSort = (place: Place): Sort => (place === 'team' ? 'created' : 'sl');

/** The personal queues of everybody in the teams a supervisor leads. */
export const EVERYBODY = 'all';

/** The view is of somebody else's personal queue. */
export const isForeign = ({ place, userId }: QueueView) => place === 'personal' && userId !== '';

/** What of a view of a queue says which mails are in it. */
export const filterOf = ({ place, userId, serviceId, push, language, categoryId, fields, q }: QueueView) => ({
  place: place === 'personal' ? place : ('team' as const),
  ownerId: (place === 'personal' && userId) || undefined,
  serviceId: serviceId || undefined,
  push: push || undefined,
  language: language || undefined,
  ...ofCases({ categoryId, fields }),
  q: q || undefined,
});

const ofCases = ({ categoryId, fields }: Pick<QueueView, 'categoryId' | 'fields'>) => ({
  categoryId: categoryId || undefined,
  fields: fields.length > 0 ? fields : undefined,
});

export const queueQuery = (view: QueueView) =>
  queryOptions({
    queryKey: [...MAIL_KEY, 'queue', view],
    queryFn: ({ signal }): Promise<MailPage> => {
      const { sort, desc, offset } = view;
      const order = { sort, dir: desc ? 'desc' : 'asc', offset, limit: PAGE } as const;
      if (view.place === 'pinned') return pinnedPage(view, order, signal);
      const { fields: field, ...filter } = filterOf(view);
      return done(api.GET('/api/mail-queue', { signal, params: { query: { ...filter, field, ...order } } }));
    },
    // Another page or order: the old rows stand until the new ones are there. Another queue: they don't.
    placeholderData: (before: MailPage | undefined, query) =>
      (query?.queryKey[3] as QueueView | undefined)?.place === view.place ? before : undefined,
  });

/** Cases that somebody has pinned. Of most nothing is open: a row's key is its case. */
async function pinnedPage(view: QueueView, order: object, signal: AbortSignal): Promise<MailPage> {
  const { userId, serviceId, language, q } = view;
  const { categoryId, fields: field } = ofCases(view);
  const query = {
    userId: userId || undefined,
    serviceId: serviceId || undefined,
    language: language || undefined,
    categoryId,
    field,
    q: q || undefined,
    ...order,
  };
  const page = await done(api.GET('/api/pinned-cases', { signal, params: { query } }));
  return { ...page, items: (page.items ?? []).map((row) => ({ ...row, segmentId: row.caseId })) };
}

/** The numbers on the rail, and the services whose mails this person handles. */
export const summaryQuery = queryOptions({
  queryKey: [...MAIL_KEY, 'queue', 'summary'],
  queryFn: () => done(api.GET('/api/mail-queue', { params: { query: { place: 'team', limit: 1 } } })),
  refetchInterval: 30_000, // what becomes late is told by nobody
});

export const dispositionsQuery = (serviceId: string) =>
  queryOptions({
    queryKey: ['desk', 'dispositions', serviceId],
    queryFn: () => done(api.GET('/api/desk/dispositions', { params: { query: { serviceId } } })),
    enabled: serviceId !== '',
  });

export const openMail = (id: string) =>
  done(api.POST('/api/segments/{id}/open', { params: { path: { id } } }));

const NONE = { taken: 0, gone: 0, not_yours: 0, other: 0 };

/** What became of some mails when all went well. */
export const moved = (done: number): MovedMails => ({ done, refused: [], refusedBy: { ...NONE }, next: '' });

/** Goes on until the whole choice was worked on: the server says how far one request came. */
export async function throughout(
  choice: MailChoice,
  step: (choice: MailChoice) => Promise<MovedMails>,
): Promise<MovedMails> {
  const sum = moved(0);
  let after: string | undefined;
  do {
    const came = await step({ ...choice, after });
    sum.done += came.done;
    sum.refused = [...(sum.refused ?? []), ...(came.refused ?? [])];
    for (const why of Object.keys(NONE) as (keyof typeof NONE)[]) sum.refusedBy[why] += came.refusedBy[why];
    after = came.next || undefined;
  } while (after !== undefined);
  return sum;
}

export const takeMails = (choice: MailChoice) =>
  throughout(choice, (body) => done(api.POST('/api/mail-queue/take', { body })));

export const returnMails = (choice: MailChoice) =>
  throughout(choice, (body) => done(api.POST('/api/mail-queue/return', { body })));

/** Puts mails into the queue of somebody of one's teams. */
export const assignMails = (choice: MailChoice, userId: string) =>
  throughout(choice, (body) => done(api.POST('/api/mail-queue/assign', { body: { ...body, userId } })));

/** The people a supervisor leads, with how many mails each has. */
export const ownersQuery = queryOptions({
  queryKey: [...MAIL_KEY, 'queue', 'owners'],
  queryFn: () => done(api.GET('/api/mail-queue/owners')),
});

export const deleteMails = (choice: MailChoice) =>
  throughout(choice, (body) => done(api.POST('/api/mail-queue/delete', { body })));

export const disposeMails = (choice: MailChoice, dispositionId: string, comment: string) =>
  throughout(choice, (body) =>
    done(api.POST('/api/mail-queue/dispose', { body: { ...body, dispositionId, comment } })),
  );
