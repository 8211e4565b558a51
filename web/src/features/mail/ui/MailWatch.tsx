import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '@/shared/live/live';
import { useMailNews } from '@/shared/live/mail';
import { toast } from '@/shared/ui/toasts';
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
  useTakenAway();
  useEffect(() => onCounts({ count, late }), [onCounts, count, late]);
  return null;
}

/** A mail that a supervisor takes out of this person's hands goes from the screen: said in words, whatever was being written. */
function useTakenAway(): void {
  const { t } = useTranslation('mail');
  useEffect(
    () =>
      useMailNews.subscribe(({ taken }, before) => {
        const mail = taken !== before.taken && useLive.getState().segments[taken?.segmentId ?? ''];
        if (!mail) return;
        const name = mail.subject || mail.customer.name;
        toast({ tone: 'info', title: t('taken.title'), text: t('taken.text', { name }) });
      }),
    [t],
  );
}
