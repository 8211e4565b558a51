import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { startShift } from '@/features/state/api/state';
import { StateBlock } from '@/features/state/ui/StateBlock';
import { useLive } from '@/shared/live/live';
import { failed } from '@/shared/ui/failed';

/** Block 1 for a supervisor: the state, or the way to the floor, which begins with Supervising. */
export function SupervisorState() {
  const { t } = useTranslation('supervise');
  const ready = useLive((live) => live.ready);
  const onShift = useLive((live) => live.agent !== null);
  if (onShift) return <StateBlock supervisor />;
  if (!ready) return null;
  return (
    <>
      <span style={{ color: 'var(--ink-soft)' }}>{t('shift.off')}</span>
      <Button variant="default" size="compact-sm" ml="xs" onClick={() => void startShift().catch(failed)}>
        {t('shift.start')}
      </Button>
    </>
  );
}
