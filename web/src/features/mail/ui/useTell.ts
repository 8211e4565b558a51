import { useTranslation } from 'react-i18next';
import { toast } from '@/shared/ui/toasts';
import type { MovedMails, QueueRow } from '../api/queue';

const WHYS = ['taken', 'gone', 'not_yours', 'other'] as const;

/** Says what was done, and what was not: by name, for each reason. */
export function useTell(rows: QueueRow[]) {
  const { t } = useTranslation('mail');
  return ({ done, refused }: MovedMails, words: (done: number) => string) => {
    if (done > 0) toast({ tone: 'good', title: words(done) });
    const left = refused ?? [];
    if (left.length === 0) return;
    const named = (why: (typeof WHYS)[number]) => {
      const these = left.filter((one) => one.why === why);
      if (these.length === 0) return [];
      const names = these
        .flatMap(({ segmentId }) => rows.find((row) => row.segmentId === segmentId) ?? [])
        .map((row) => row.subject || row.from.name || row.from.address);
      const first = names.slice(0, 5).join(', ');
      const more = names.length < these.length || names.length > 5;
      return [t(`refused.${why}`, { names: more ? t('act.andMore', { names: first }) : first })];
    };
    toast({
      tone: 'bad',
      title: t('act.refused', { count: left.length }),
      text: WHYS.flatMap(named).join(' '),
    });
  };
}
