import { createFileRoute } from '@tanstack/react-router';
import { useMailsOf } from '@/features/mail/ui/useMailsOf';
import { SuperviseBoard } from '@/features/supervise/ui/SuperviseBoard';
import { wordsOf } from '@/shared/i18n/i18n';
import { SupervisorState } from './-frame/SupervisorState';
import { signedIn, WorkPage } from './-frame/WorkPage';

export const Route = createFileRoute('/supervise')({
  beforeLoad: signedIn,
  loader: () => wordsOf('supervise', 'mail'),
  component: Supervise,
});

function Supervise() {
  const { me } = Route.useRouteContext();
  const mayForce = me.privileges?.includes('supervise.force_state') ?? false;
  const mails = useMailsOf();
  return (
    <WorkPage me={me} page="supervise" needs="supervise.live" state={<SupervisorState />}>
      <SuperviseBoard
        ownTeamId={me.team?.id ?? ''}
        mayForce={mayForce}
        contactActions={mayForce ? mails.actionsOf : undefined}
      />
      {mails.window}
    </WorkPage>
  );
}
