import { useTranslation } from 'react-i18next';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';

interface DeleteWindowProps {
  opened: boolean;
  count: number;
  onClose: () => void;
  onDelete: () => Promise<void>;
}

/** Asks before cases go into the bin (E-13). */
export function DeleteWindow({ opened, count, onClose, onDelete }: DeleteWindowProps) {
  const { t } = useTranslation(['mail', 'common']);
  return (
    <DecisionWindow
      opened={opened}
      title={t('bin.sure', { count })}
      onClose={onClose}
      decisions={[
        { id: 'cancel', label: t('common:action.cancel'), onChoose: onClose },
        { id: 'delete', label: t('bin.delete'), kind: 'danger', onChoose: onDelete },
      ]}
    >
      {t('bin.sureText')}
    </DecisionWindow>
  );
}
