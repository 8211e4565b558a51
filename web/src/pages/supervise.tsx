import { createFileRoute } from '@tanstack/react-router';
import { SuperviseBoard } from '@/features/supervise/ui/SuperviseBoard';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { AppFrame } from '@/shared/ui/shell/AppFrame';
import { SupervisorState } from './-frame/SupervisorState';
import { useSession } from './-frame/useSession';

export const Route = createFileRoute('/supervise')({ component: Supervise });

function Supervise() {
  const { me, error, retry } = useSession();
  if (error) return <ErrorState error={error} onRetry={() => void retry()} />;
  if (!me) return <LoadingState />;
  const privileges = me.privileges ?? [];
  return (
    <AppFrame page="supervise" privileges={privileges} state={<SupervisorState />}>
      {privileges.includes('supervise.live') ? (
        <SuperviseBoard
          ownTeamId={me.team?.id ?? ''}
          mayForce={privileges.includes('supervise.force_state')}
        />
      ) : (
        <ErrorState error="PAR-1006" />
      )}
    </AppFrame>
  );
}
