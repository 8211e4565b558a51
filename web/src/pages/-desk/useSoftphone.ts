import { useEffect } from 'react';
import { accept } from '@/features/offers/api/offers';
import { inIdleTime } from '@/shared/lib/idle';
import { useLive } from '@/shared/live/live';

const load = () => import('@/features/call/live/softphone');

/** Brings the softphone, which is no part of the first route, for those who take calls. */
export function useSoftphone(calls: boolean): void {
  const ready = useLive((live) => live.ready);
  const urgent = useLive((live) =>
    [...Object.values(live.offers), ...Object.values(live.segments)].some((one) => one.kind === 'voice'),
  );
  useEffect(() => {
    const start = () => load().then(({ startSoftphone }) => startSoftphone((id) => accept(id, true)));
    if (urgent) void start();
    else if (calls && ready) inIdleTime(start);
  }, [calls, ready, urgent]);
}
