import {
  IconArrowsRightLeft,
  IconCheck,
  IconDoorExit,
  IconPhoneEnd,
  IconUserPlus,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import type { Segment } from '@/shared/live/entities';
import type { Action } from '@/shared/ui/actions/action';
import { failed } from '@/shared/ui/failed';
import { endSegment } from '../api/segments';

/** The window over a contact that is open: hand it on, or ask a colleague to join. */
export const useHandOver = create<{ segmentId: string; mode: 'transfer' | 'invite' }>(() => ({
  segmentId: '',
  mode: 'transfer',
}));

/** The mail whose end is asked about: it would go without an answer (E-25). */
export const useEndQuestion = create<{ segmentId: string }>(() => ({ segmentId: '' }));

// Ended here; the server's word is under way.
const useEnding = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));

/** Ends a contact; its buttons are quiet until the server has said so. */
export function end(id: string): void {
  useEnding.setState(({ ids }) => ({ ids: new Set(ids).add(id) }));
  endSegment(id)
    .catch(failed)
    .finally(() => useEnding.setState(({ ids }) => ({ ids: new Set([...ids].filter((one) => one !== id)) })));
}

/** What can be done with the contact in focus, the same for buttons, palette and keyboard (D-2). */
export function useSegmentActions(segment: Segment | undefined): Action[] {
  const { t } = useTranslation('interactions');
  const ending = useEnding((known) => segment !== undefined && known.ids.has(segment.id));
  return useMemo(() => {
    if (!segment) return [];
    const may = (ability: string) => segment.abilities.includes(ability) && !ending;
    const group = t('group');
    const call = segment.kind === 'voice';
    const mail = segment.kind === 'email';
    return [
      {
        id: 'segment.invite',
        label: t('invite'),
        icon: IconUserPlus,
        shortcut: 'Alt+Shift+KeyD',
        group,
        allowed: may('invite'),
        perform: () => useHandOver.setState({ segmentId: segment.id, mode: 'invite' }),
      },
      {
        id: 'segment.transfer',
        label: t(call ? 'transferCall' : mail ? 'transferMail' : 'transfer'),
        icon: IconArrowsRightLeft,
        shortcut: 'Alt+Shift+KeyT',
        group,
        allowed: may('transfer'),
        perform: () => useHandOver.setState({ segmentId: segment.id, mode: 'transfer' }),
      },
      {
        id: 'segment.end',
        label: t(call ? 'endCall' : mail ? 'endMail' : 'end'),
        icon: call ? IconPhoneEnd : mail ? IconCheck : IconDoorExit,
        shortcut: 'Alt+KeyQ',
        group,
        danger: !mail,
        allowed: may('end'),
        perform: () => (mail ? useEndQuestion.setState({ segmentId: segment.id }) : end(segment.id)),
      },
    ];
  }, [segment, ending, t]);
}
