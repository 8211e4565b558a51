import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/shared/ui/toasts';
import { copy, linkOf } from '../api/link';

/** «Скопировать ссылку»: for a colleague, in a chat or a mail (E-20). */
export function useCopyLink(): (caseId: string) => void {
  const { t } = useTranslation('mail');
  return useCallback(
    (caseId) => {
      const link = linkOf(caseId);
      copy(link)
        .then(() => toast({ tone: 'good', title: t('link.copied'), text: link }))
        .catch(() => toast({ tone: 'bad', title: t('link.notCopied'), text: link }));
    },
    [t],
  );
}
