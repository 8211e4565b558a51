import { useQuery } from '@tanstack/react-query';
import { useMailChanges } from './news';
import { countsQuery } from './queue';

/** How many mails wait in the queues this person sees, and whether some are late; kept fresh while `on`. */
export function useMailBadge(on: boolean): { count: number; late: boolean } {
  useMailChanges(on);
  const counts = useQuery({ ...countsQuery, enabled: on }).data;
  if (!on || !counts) return { count: 0, late: false };
  return {
    count: counts.team + counts.personal,
    late: counts.teamOverdue + counts.personalOverdue > 0,
  };
}
