import { createFileRoute } from '@tanstack/react-router';
import { RecordsBoard } from '@/features/records/ui/RecordsBoard';
import { wordsOf } from '@/shared/i18n/i18n';
import { signedIn, WorkPage } from './-frame/WorkPage';

export const Route = createFileRoute('/records')({
  beforeLoad: signedIn,
  loader: () => wordsOf('records'),
  component: Records,
});

function Records() {
  const { me } = Route.useRouteContext();
  return (
    <WorkPage me={me} page="records" needs="records.view">
      <RecordsBoard />
    </WorkPage>
  );
}
