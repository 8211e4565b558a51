import { createFileRoute } from '@tanstack/react-router';
import { SuperviseBoard } from '@/features/supervise/ui/SuperviseBoard';
import { SupervisorState } from './-frame/SupervisorState';
import { signedIn, WorkPage } from './-frame/WorkPage';

export const Route = createFileRoute('/supervise')({ beforeLoad: signedIn, component: Supervise });

function Supervise() {
  const { me } = Route.useRouteContext();
  return (
    <WorkPage me={me} page="supervise" needs="supervise.live" state={<SupervisorState />}>
      <SuperviseBoard
        ownTeamId={me.team?.id ?? ''}
        mayForce={me.privileges?.includes('supervise.force_state') ?? false}
      />
    </WorkPage>
  );
}
