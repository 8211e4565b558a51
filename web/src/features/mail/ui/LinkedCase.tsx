import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/errors';
import { queryClient } from '@/shared/api/queries';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import { caseQuery } from '../api/cases';
import { showCase } from '../api/opened';

/** Opens the case that the desk's address names (E-20), once. It shows nothing itself. */
export function LinkedCase({ caseId, onOpened }: { caseId: string; onOpened: () => void }) {
  const { t } = useTranslation('mail');
  useEffect(() => {
    if (!caseId) return;
    queryClient
      .fetchQuery(caseQuery(caseId))
      .then((found) => showCase(found.id, found.number))
      .catch((error) => {
        const unknown = error instanceof ApiError && [403, 404].includes(error.status);
        if (unknown) toast({ tone: 'bad', title: t('link.unknown'), text: t('link.unknownText') });
        else failed(error);
      })
      .finally(onOpened);
  }, [caseId, onOpened, t]);
  return null;
}
