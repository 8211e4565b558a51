import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';
import { failed } from '@/shared/ui/failed';
import { toast } from '@/shared/ui/toasts';
import { forceSignOut } from '../api/supervise';

/** Ends an agent's session; while contacts are in hand only after a second question (R-7, decision 8). */
export function EndSessionWindow({
  userId,
  name,
  onClose,
}: {
  userId: string;
  name: string;
  onClose: () => void;
}) {
  const { t } = useTranslation(['supervise', 'common']);
  const [again, setAgain] = useState(false);

  const end = async () => {
    try {
      if ((await forceSignOut(userId, again)) === 'asks') {
        setAgain(true);
        return;
      }
      toast({ tone: 'good', title: t('end.done', { name }) });
      onClose();
    } catch (error) {
      failed(error);
      onClose();
    }
  };
  return (
    <DecisionWindow
      opened
      title={again ? t('end.againTitle', { name }) : t('end.title', { name })}
      code={again ? 'PAR-0005' : undefined}
      onClose={onClose}
      decisions={[
        { id: 'no', label: t('common:action.cancel'), onChoose: onClose },
        { id: 'end', label: again ? t('end.againYes') : t('end.yes'), kind: 'danger', onChoose: end },
      ]}
    >
      <p>{again ? t('end.againText') : t('end.text')}</p>
    </DecisionWindow>
  );
}
