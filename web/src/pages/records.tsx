import { createFileRoute } from '@tanstack/react-router';
import { RecordsBoard } from '@/features/records/ui/RecordsBoard';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { AppFrame } from '@/shared/ui/shell/AppFrame';
import { useSession } from './-frame/useSession';

export const Route = createFileRoute('/records')({ component: Records });

function Records() {
  const { me, error, retry } = useSession();
  if (error) return <ErrorState error={error} onRetry={() => void retry()} />;
  if (!me) return <LoadingState />;
  const privileges = me.privileges ?? [];
  return (
    <AppFrame page="records" privileges={privileges}>
      {privileges.includes('records.view') ? <RecordsBoard /> : <ErrorState error="PAR-1006" />}
    </AppFrame>
  );
}
