import { createFileRoute, Navigate } from '@tanstack/react-router';
import { kindsFor } from '@/features/admin/api/entities';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { AppFrame } from '@/shared/ui/shell/AppFrame';
import { useSession } from '../-frame/useSession';

export const Route = createFileRoute('/admin/')({ component: AdminStart });

/** Goes to the first page this person may open. */
function AdminStart() {
  const { me, error, retry } = useSession();
  if (error) return <ErrorState error={error} onRetry={() => void retry()} />;
  if (!me) return <LoadingState />;
  const privileges = me.privileges ?? [];
  const first = kindsFor(privileges)[0]?.id ?? (privileges.includes('security.audit') ? 'audit' : undefined);
  if (first) return <Navigate to="/admin/$kind" params={{ kind: first }} replace />;
  return (
    <AppFrame page="admin" privileges={privileges}>
      <ErrorState error="PAR-1006" />
    </AppFrame>
  );
}
