import { createFileRoute, redirect } from '@tanstack/react-router';
import { useCallback } from 'react';
import { meQuery } from '@/features/signin/api/session';
import { Desk } from './-desk/Desk';

interface Search {
  /** A case that somebody's link leads to. */
  case?: string;
}

export const Route = createFileRoute('/agentdesktop')({
  validateSearch: (search: Record<string, unknown>): Search => ({
    case: typeof search.case === 'string' && /^[\w-]{1,100}$/.test(search.case) ? search.case : undefined,
  }),
  beforeLoad: async ({ context, search }) => {
    const me = await context.queryClient.ensureQueryData(meQuery);
    const to = search.case ? `/agentdesktop?case=${search.case}` : '/agentdesktop';
    if (!me || me.mustChangePassword) throw redirect({ to: '/login', search: { to } });
    return { me };
  },
  component: AgentDesktop,
});

function AgentDesktop() {
  const { me } = Route.useRouteContext();
  const { case: linked = '' } = Route.useSearch();
  const navigate = Route.useNavigate();
  // A link is followed once: a reload shows the desk as it is.
  const onLinked = useCallback(() => void navigate({ search: {}, replace: true }), [navigate]);
  return <Desk me={me} linked={linked} onLinked={onLinked} />;
}
