import { IconCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import { useActions } from '@/shared/ui/actions/registry';
import { finish } from '../api/outcome';
import { useProposal } from './useProposal';

/** Alt+Q ends a contact; pressed once more it finishes the row (D-11). */
export function useFinishAction(segment: Segment | undefined): void {
  const { t } = useTranslation(['outcome', 'common']);
  useProposal(segment);
  useActions(
    useMemo(
      () =>
        segment?.state === 'ended'
          ? [
              {
                id: 'segment.finish',
                label: t('common:action.finish'),
                icon: IconCheck,
                shortcut: 'Alt+KeyQ',
                group: t('group'),
                allowed: segment.abilities.includes('finish'),
                perform: () => void finish(segment),
              },
            ]
          : [],
      [segment, t],
    ),
  );
}
