import { createFileRoute } from '@tanstack/react-router';
import { CaseFilter } from '@/features/mail/ui/CaseFilter';
import { RecordsTabs } from '@/features/records/ui/RecordsTabs';
import { wordsOf } from '@/shared/i18n/i18n';
import { signedIn, WorkPage } from './-frame/WorkPage';

export const Route = createFileRoute('/records')({
  beforeLoad: signedIn,
  loader: () => wordsOf('records', 'mail'),
  component: Records,
});

function Records() {
  const { me } = Route.useRouteContext();
  const contacts = me.privileges?.includes('records.view') ?? false;
  return (
    <WorkPage me={me} page="records" needs={contacts ? 'records.view' : 'supervise.reports'}>
      <RecordsTabs
        contacts={contacts}
        caseFilter={(wanted, onChange) => <CaseFilter wanted={wanted} onChange={onChange} />}
      />
    </WorkPage>
  );
}
