import { useTranslation } from 'react-i18next';
import { toast } from '@/shared/ui/toasts';
import type { MovedMails, QueueRow } from '../api/queue';

/** Says what was done, and by name what was not because somebody was quicker. */
export function useTell(rows: QueueRow[]) {
  const { t } = useTranslation('mail');
  return ({ done, refused }: MovedMails, words: (done: number) => string) => {
    if (done > 0) toast({ tone: 'good', title: words(done) });
    const left = refused ?? [];
    if (left.length === 0) return;
    const names = left
      .flatMap(({ segmentId }) => rows.find((row) => row.segmentId === segmentId) ?? [])
      .map((row) => row.subject || row.from.name || row.from.address);
    const first = names.slice(0, 5).join(', ');
    toast({
      tone: 'bad',
      title: t('act.refused', { count: left.length }),
      text: t('act.refusedText', {
        names: names.length < left.length || names.length > 5 ? t('act.andMore', { names: first }) : first,
      }),
    });
  };
}
