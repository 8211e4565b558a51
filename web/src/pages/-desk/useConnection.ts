import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { type Me, meQuery } from '@/features/signin/api/session';
import { api, done } from '@/shared/api/client';
import { ApiError } from '@/shared/api/errors';
import { queryClient } from '@/shared/api/queries';
import { askLiveTab, useLiveTab } from '@/shared/lib/liveTab';
import { connectDesk, disconnectDesk, sessionEnded, useLive } from '@/shared/live/live';

/** Takes the live tab, opens the socket, follows the end of the session, and asks before the tab is closed. */
export function useConnection(me: Me): void {
  const router = useRouter();
  const live = useLiveTab((tab) => tab.status === 'live');
  const elsewhere = useLiveTab((tab) => tab.status === 'elsewhere');
  const ended = useLive((state) => state.ended);
  const config = useLive((state) => state.config);
  const onFloor = useLive((state) => state.agent !== null);
  useEffect(() => void askLiveTab(), []);
  useEffect(() => {
    if (live) connectDesk(mayReconnect);
    if (elsewhere) disconnectDesk();
  }, [live, elsewhere]);

  const mine = ended && (!ended.sessionId || ended.sessionId === me.sessionId) ? ended : undefined;
  useEffect(() => {
    if (!mine) return;
    disconnectDesk();
    queryClient.setQueryData(meQuery.queryKey, null);
    const { code, by, at } = mine;
    void router.navigate({ to: '/login', search: { code: code === 'PAR-0009' ? undefined : code, by, at } });
  }, [mine, router]);

  // Somebody changed the settings: what was read of them is old.
  useEffect(() => {
    if (config > 0)
      void queryClient.invalidateQueries({
        predicate: (one) => one.queryKey[0] === 'desk' || one.queryKey[0] === 'stats',
      });
  }, [config]);

  useEffect(() => {
    if (!onFloor || !live) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [onFloor, live]);
}

async function mayReconnect(): Promise<boolean> {
  try {
    await done(api.GET('/api/session'));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) return true;
    if (!useLive.getState().ended) sessionEnded(error.code);
    return false;
  }
}
