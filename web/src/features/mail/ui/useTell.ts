import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/shared/ui/toasts';
import type { MovedMails, QueueRow } from '../api/queue';

const WHYS = ['taken', 'gone', 'not_yours', 'other'] as const;

type Named = Pick<QueueRow, 'segmentId' | 'subject' | 'from'>;

/** Says what was done, and what was not: by name, for each reason. */
export function useTell() {
  const { t } = useTranslation('mail');
  return useCallback(
    ({ done, refused, refusedBy }: MovedMails, words: (done: number) => string, rows: Named[]) => {
      if (done > 0) toast({ tone: 'good', title: words(done) });
      const left = refused ?? [];
      const count = WHYS.reduce((sum, why) => sum + refusedBy[why], 0);
      if (count === 0) return;
      const named = (why: (typeof WHYS)[number]) => {
        const these = left.filter((one) => one.why === why);
        if (refusedBy[why] === 0) return [];
        const names = these
          .flatMap(({ segmentId }) => rows.find((row) => row.segmentId === segmentId) ?? [])
          .map((row) => row.subject || row.from.name || row.from.address);
        const first = names.slice(0, 5).join(', ');
        const more = names.length < refusedBy[why] || names.length > 5;
        return [t(`refused.${why}`, { names: more ? t('act.andMore', { names: first }) : first })];
      };
      toast({
        tone: 'bad',
        title: t('act.refused', { count }),
        text: WHYS.flatMap(named).join(' '),
      });
    },
    [t],
  );
}
