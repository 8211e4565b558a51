import { createFileRoute } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { kindsFor, pagesFor } from '@/features/admin/api/kinds';
import { AdminMenu } from '@/features/admin/ui/AdminMenu';
import { AuditPage } from '@/features/admin/ui/AuditPage';
import classes from '@/features/admin/ui/admin.module.css';
import { KindPage } from '@/features/admin/ui/KindPage';
import { MailTroublePage } from '@/features/admin/ui/MailTroublePage';
import { QuarantinePage } from '@/features/admin/ui/QuarantinePage';
import { SettingsPage } from '@/features/admin/ui/SettingsPage';
import { FORBIDDEN } from '@/shared/api/codes';
import { wordsOf } from '@/shared/i18n/i18n';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { signedIn, WorkPage } from '../-frame/WorkPage';

const DkimPage = lazy(() =>
  import('@/features/admin/ui/DkimPage').then((part) => ({ default: part.DkimPage })),
);

export const Route = createFileRoute('/admin/$kind')({
  beforeLoad: signedIn,
  loader: () => wordsOf('admin', 'settings'),
  component: Admin,
});

function Admin() {
  const { kind: id } = Route.useParams();
  const { me } = Route.useRouteContext();
  const privileges = me.privileges ?? [];
  const kind = kindsFor(privileges).find((one) => one.id === id);
  const allowed = pagesFor(privileges).includes(id);
  return (
    <WorkPage me={me} page="admin">
      <div className={classes.page}>
        <AdminMenu privileges={privileges} />
        <div className={classes.content}>
          {kind && <KindPage key={kind.id} kind={kind} />}
          {allowed && id === 'settings' && <SettingsPage />}
          {allowed && id === 'audit' && <AuditPage />}
          {allowed && id === 'quarantine' && <QuarantinePage />}
          {allowed && id === 'mail-trouble' && <MailTroublePage />}
          {allowed && id === 'dkim' && (
            <Suspense fallback={<LoadingState />}>
              <DkimPage />
            </Suspense>
          )}
          {!allowed && <ErrorState error={FORBIDDEN} />}
        </div>
      </div>
    </WorkPage>
  );
}
