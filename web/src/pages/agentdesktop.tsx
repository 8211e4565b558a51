import { createFileRoute, redirect } from '@tanstack/react-router';
import { meQuery } from '@/features/signin/api/session';
import { Desk } from './-desk/Desk';

export const Route = createFileRoute('/agentdesktop')({
  beforeLoad: async ({ context }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    if (!me || me.mustChangePassword) throw redirect({ to: '/login', search: { to: '/agentdesktop' } });
    return { me };
  },
  component: AgentDesktop,
});

function AgentDesktop() {
  const { me } = Route.useRouteContext();
  return <Desk me={me} />;
}
