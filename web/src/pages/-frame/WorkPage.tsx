import { redirect } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Offers } from '@/features/offers/ui/Offers';
import { type Me, meQuery } from '@/features/signin/api/session';
import { FORBIDDEN } from '@/shared/api/codes';
import { queryClient } from '@/shared/api/queries';
import { useLiveTab } from '@/shared/lib/liveTab';
import { ErrorState } from '@/shared/ui/ErrorState';
import { later } from '@/shared/ui/later';
import { AppFrame, type PageId } from '@/shared/ui/shell/AppFrame';
import { Banners } from '../-desk/Banners';
import { Tools } from '../-desk/Tools';
import { useConnection } from '../-desk/useConnection';
import { useSoftphone } from '../-desk/useSoftphone';

const ElsewhereScreen = later(() =>
  import('@/shared/ui/ElsewhereScreen').then((file) => file.ElsewhereScreen),
);

/** Before a page is shown: who is signed in. Nobody goes to the sign-in page, and comes back from it. */
export async function signedIn({ location }: { location: { href: string } }): Promise<{ me: Me }> {
  const me = await queryClient.ensureQueryData(meQuery);
  if (!me || me.mustChangePassword) throw redirect({ to: '/login', search: { to: location.href } });
  return { me };
}

export interface WorkPageProps {
  me: Me;
  page: PageId;
  /** What opens the page; without it the person is told so. Left out where the page itself sorts that out. */
  needs?: string;
  state?: ReactNode;
  children: ReactNode;
}

/** A page beside the agent's desk, on the same live stream: a contact that is offered shows here too. */
export function WorkPage({ me, page, needs, state, children }: WorkPageProps) {
  useConnection(me);
  useSoftphone(me.privileges?.includes('handle.voice') ?? false);
  const tab = useLiveTab((known) => known.status);
  if (tab === 'elsewhere') return <ElsewhereScreen />;
  const privileges = me.privileges ?? [];
  return (
    <AppFrame
      page={page}
      privileges={privileges}
      banners={<Banners />}
      state={state}
      tools={<Tools me={me} />}
      offers={<Offers />}
    >
      {needs === undefined || privileges.includes(needs) ? children : <ErrorState error={FORBIDDEN} />}
    </AppFrame>
  );
}
