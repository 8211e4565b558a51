import { Button } from '@mantine/core';
import { IconMailForward } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { focusOnArrival } from '@/shared/live/focus';
import { failed } from '@/shared/ui/failed';
import { type CaseView, followCase, readCaseAgain } from '../api/cases';

/** A closed case cannot be answered: another goes on from it (E-35). */
export function FollowUp({ of }: { of: CaseView }) {
  const { t } = useTranslation('mail');
  const [busy, setBusy] = useState(false);
  if (!of.abilities?.includes('follow_up')) return null;
  const follow = async () => {
    setBusy(true);
    try {
      focusOnArrival((await followCase(of.id)).segmentId);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
      readCaseAgain(of.id);
    }
  };
  return (
    <Button
      loading={busy}
      leftSection={<IconMailForward size={17} stroke={1.7} aria-hidden />}
      onClick={() => void follow()}
    >
      {t('act.follow')}
    </Button>
  );
}
