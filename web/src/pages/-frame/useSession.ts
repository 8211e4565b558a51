import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { meQuery } from '@/features/signin/api/session';
import { queryClient } from '@/shared/api/queries';
import { connectDesk, disconnectDesk, useLive } from '@/shared/live/live';

/** Who is signed in, with the live stream open; nobody is sent to the sign-in page. */
export function useSession() {
  const me = useQuery(meQuery);
  const navigate = useNavigate();
  const ended = useLive((live) => live.ended);
  const signedIn = me.data !== undefined && me.data !== null;
  const gone = me.data === null || ended !== undefined;

  useEffect(() => {
    if (signedIn && !gone) connectDesk(stillSignedIn);
  }, [signedIn, gone]);
  useEffect(() => {
    if (!gone) return;
    disconnectDesk();
    queryClient.setQueryData(meQuery.queryKey, null);
    void navigate({ to: '/login' as '/', replace: true });
  }, [gone, navigate]);
  return { me: gone ? undefined : (me.data ?? undefined), error: me.error, retry: me.refetch };
}

async function stillSignedIn(): Promise<boolean> {
  try {
    return (await queryClient.fetchQuery({ ...meQuery, staleTime: 0 })) !== null;
  } catch {
    return true; // no answer is no refusal: the network is tried again
  }
}
