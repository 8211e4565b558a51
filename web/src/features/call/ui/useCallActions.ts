import {
  IconDialpad,
  IconMicrophone,
  IconMicrophoneOff,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { create } from 'zustand';
import type { Segment } from '@/shared/live/entities';
import type { Action } from '@/shared/ui/actions/action';
import { setHeld, setMuted, useControl } from '../api/calls';

/** Where the controls of a call stand; they do the same in both places (D-2). */
export type Place = 'bar' | 'list';

/** Where the keypad is open, if it is. */
export const useKeypad = create<{ place: Place | null }>(() => ({ place: null }));

const NONE: Action[] = [];

/** What an agent can do with the sound of the call in focus; nothing for another kind of contact. */
export function useCallActions(segment: Segment | undefined): Action[] {
  const { t } = useTranslation('call');
  const { muted, held } = useControl(segment?.id ?? '');
  const id = segment?.kind === 'voice' && segment.state === 'active' ? segment.id : '';
  const abilities = segment?.abilities;
  return useMemo(() => {
    if (!id) return NONE;
    const may = (ability: string) => abilities?.includes(ability) ?? false;
    const group = t('group');
    return [
      {
        id: 'call.mute',
        label: t(muted ? 'unmute' : 'mute'),
        icon: muted ? IconMicrophoneOff : IconMicrophone,
        shortcut: 'Alt+KeyU',
        group,
        lit: muted,
        allowed: may('mute'),
        perform: () => setMuted(id, !muted),
      },
      {
        id: 'call.hold',
        label: t(held ? 'retrieve' : 'hold'),
        icon: held ? IconPlayerPlay : IconPlayerPause,
        shortcut: 'Alt+KeyH',
        group,
        lit: held,
        allowed: may('hold'),
        perform: () => setHeld(id, !held),
      },
      {
        id: 'call.keypad',
        label: t('keypad'),
        icon: IconDialpad,
        shortcut: 'Alt+KeyK',
        group,
        allowed: may('digits'),
        perform: () => useKeypad.setState(({ place }) => ({ place: place ? null : 'bar' })),
      },
    ];
  }, [id, abilities, muted, held, t]);
}
