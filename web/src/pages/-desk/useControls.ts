import { useMemo } from 'react';
import { useCallActions } from '@/features/call/ui/useCallActions';
import { useSegmentActions } from '@/features/interactions/ui/useSegmentActions';
import type { Segment } from '@/shared/live/entities';
import type { Action } from '@/shared/ui/actions/action';
import { useActions } from '@/shared/ui/actions/registry';

/** What can be done with the contact in focus: the same for the status bar, the list, palette and keyboard (D-2). */
export function useControls(segment: Segment | undefined): Action[] {
  const call = useCallActions(segment);
  const common = useSegmentActions(segment);
  const actions = useMemo(() => [...call, ...common], [call, common]);
  useActions(actions);
  return actions;
}
