import { createFileRoute } from '@tanstack/react-router';
import { SuperviseBoard } from '@/features/supervise/ui/SuperviseBoard';
import { wordsOf } from '@/shared/i18n/i18n';
import { SupervisorState } from './-frame/SupervisorState';
import { signedIn, WorkPage } from './-frame/WorkPage';

export const Route = createFileRoute('/supervise')({
  beforeLoad: signedIn,
  loader: () => wordsOf('supervise'),
  component: Supervise,
});

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
