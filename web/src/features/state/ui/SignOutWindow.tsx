import { useTranslation } from 'react-i18next';
import { useLive } from '@/shared/live/live';
import { DecisionWindow } from '@/shared/ui/DecisionWindow';

/** Asks before signing out, and says what happens to contacts in hand. */
export function SignOutWindow({
  opened,
  onClose,
  onLeave,
}: {
  opened: boolean;
  onClose: () => void;
  onLeave: () => Promise<unknown>;
}) {
  const { t } = useTranslation(['state', 'common']);
  const inHand = useLive((live) => Object.keys(live.segments).length);
  return (
    <DecisionWindow
      opened={opened}
      title={t('signOut.title')}
      onClose={onClose}
      decisions={[
        { id: 'stay', label: t('common:action.cancel'), onChoose: onClose },
        { id: 'leave', label: t('signOut.action'), kind: 'main', onChoose: () => onLeave().finally(onClose) },
      ]}
    >
      <p>{inHand > 0 ? t('signOut.inHand', { count: inHand }) : t('signOut.plain')}</p>
    </DecisionWindow>
  );
}
