import { createFileRoute, Navigate } from '@tanstack/react-router';
import { pagesFor } from '@/features/admin/api/kinds';
import { FORBIDDEN } from '@/shared/api/codes';
import { ErrorState } from '@/shared/ui/ErrorState';
import { signedIn, WorkPage } from '../-frame/WorkPage';

export const Route = createFileRoute('/admin/')({ beforeLoad: signedIn, component: AdminStart });

/** Goes to the first page this person may open. */
function AdminStart() {
  const { me } = Route.useRouteContext();
  const privileges = me.privileges ?? [];
  const first = pagesFor(privileges)[0];
  if (first) return <Navigate to="/admin/$kind" params={{ kind: first }} replace />;
  return (
    <WorkPage me={me} page="admin">
      <ErrorState error={FORBIDDEN} />
    </WorkPage>
  );
}
