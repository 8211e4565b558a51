import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import { finish, useFinishing } from '../api/outcome';
import { DispositionSelect } from './DispositionSelect';

export function FinishButton({ segment, fullWidth }: { segment: Segment; fullWidth?: boolean }) {
  const { t } = useTranslation();
  const finishing = useFinishing(segment.id);
  return (
    <Button
      fullWidth={fullWidth}
      flex="none"
      leftSection={<IconCheck size={16} aria-hidden />}
      loading={finishing}
      disabled={!segment.abilities.includes('finish')}
      onClick={() => void finish(segment)}
    >
      {t('action.finish')}
    </Button>
  );
}

/** The same in the status bar (D-2). */
export function OutcomeBlock({ segment }: { segment: Segment }) {
  return (
    <>
      <DispositionSelect segment={segment} />
      <FinishButton segment={segment} />
    </>
  );
}
