import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useMailChanges } from '../api/news';
import { summaryQuery } from '../api/queue';

export interface MailCounts {
  /** In the queues this person sees. */
  count: number;
  /** Some wait longer than the service level allows. */
  late: boolean;
}

/** Follows the queues while the desk is on the screen, and tells how many mails they have. It shows nothing itself. */
export function MailWatch({ onCounts }: { onCounts: (counts: MailCounts) => void }) {
  useMailChanges(true);
  const { team, personal, teamOverdue, personalOverdue } = useQuery(summaryQuery).data?.counts ?? {};
  const count = (team ?? 0) + (personal ?? 0);
  const late = (teamOverdue ?? 0) + (personalOverdue ?? 0) > 0;
  useEffect(() => onCounts({ count, late }), [onCounts, count, late]);
  return null;
}
