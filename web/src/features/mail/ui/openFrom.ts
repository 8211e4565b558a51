import { queryClient } from '@/shared/api/queries';
import { focusOnArrival } from '@/shared/live/focus';
import { failed } from '@/shared/ui/failed';
import { MAIL_KEY, openCase } from '../api/cases';
import { showCase } from '../api/opened';
import { isForeign, openMail, type QueueRow, type QueueView } from '../api/queue';

/** Opens a mail of a queue to be worked on; one that somebody else has only to be looked at. */
export function openFrom(view: QueueView, row: QueueRow): void {
  if (isForeign(view)) {
    showCase(row.caseId, row.number);
    return;
  }
  const opening = view.place === 'pinned' ? openCase(row.caseId) : openMail(row.segmentId).then(() => row);
  opening
    .then(({ segmentId }) => focusOnArrival(segmentId))
    .catch(failed)
    .finally(() => void queryClient.invalidateQueries({ queryKey: MAIL_KEY }));
}
