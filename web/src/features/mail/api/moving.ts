import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { queryClient } from '@/shared/api/queries';
import type { components } from '@/shared/api.gen';
import { MAIL_KEY } from './cases';
import { forgetAnswersTo, saveAnswersTo } from './drafts';

export type CaseChoice = components['schemas']['CaseChoice'];

/** Cases that a mail can be moved to; without words those of its sender. */
export const destinationsQuery = (mailId: string, q: string) =>
  queryOptions({
    queryKey: [...MAIL_KEY, 'destinations', mailId, q],
    queryFn: () =>
      done(
        api.GET('/api/mails/{id}/destinations', {
          params: { path: { id: mailId }, query: { q: q || undefined } },
        }),
      ),
  });

/** Moves a mail to the case with a number, or to a new one (B-7). */
export async function moveMail(id: string, to: { number: number } | { new: true }) {
  await saveAnswersTo(id);
  const moved = await done(api.POST('/api/mails/{id}/move', { params: { path: { id } }, body: to }));
  forgetAnswersTo(id);
  void queryClient.invalidateQueries({ queryKey: MAIL_KEY });
  return moved;
}
