import { createFileRoute } from '@tanstack/react-router';
import { kindsFor } from '@/features/admin/api/entities';
import { AdminMenu } from '@/features/admin/ui/AdminMenu';
import { AuditPage } from '@/features/admin/ui/AuditPage';
import classes from '@/features/admin/ui/admin.module.css';
import { KindPage } from '@/features/admin/ui/KindPage';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { AppFrame } from '@/shared/ui/shell/AppFrame';
import { useSession } from '../-frame/useSession';

export const Route = createFileRoute('/admin/$kind')({ component: Admin });

function Admin() {
  const { kind: id } = Route.useParams();
  const { me, error, retry } = useSession();
  if (error) return <ErrorState error={error} onRetry={() => void retry()} />;
  if (!me) return <LoadingState />;
  const privileges = me.privileges ?? [];
  const kind = kindsFor(privileges).find((one) => one.id === id);
  const audit = id === 'audit' && privileges.includes('security.audit');
  return (
    <AppFrame page="admin" privileges={privileges}>
      <div className={classes.page}>
        <AdminMenu privileges={privileges} />
        <div className={classes.content}>
          {kind && <KindPage key={kind.id} kind={kind} />}
          {audit && <AuditPage />}
          {!kind && !audit && <ErrorState error="PAR-1006" />}
        </div>
      </div>
    </AppFrame>
  );
}
