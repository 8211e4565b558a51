import {
  IconBuildingStore,
  IconCertificate,
  IconHeadset,
  IconMessages,
  IconUsersGroup,
} from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { watch } from '@/shared/live/live';
import { InfoTabs } from '@/shared/ui/shell/InfoTabs';
import { AgentsTable, type AgentsTableProps } from './AgentsTable';
import { ContactsTable } from './ContactsTable';
import { ServicesTable } from './ServicesTable';
import { SkillsTable } from './SkillsTable';
import { TeamsTable } from './TeamsTable';
import { useInUrl } from './useInUrl';

const VIEWS = ['services', 'teams', 'agents', 'skills', 'contacts'] as const;
type View = (typeof VIEWS)[number];

/** The supervisor's live tables, a tab each. Only the table in sight is watched and drawn. */
export function SuperviseBoard(props: AgentsTableProps) {
  const { t } = useTranslation('supervise');
  const [tab, setTab] = useInUrl('tab');
  const view: View = VIEWS.find((one) => one === tab) ?? 'services';
  useEffect(() => watch([view]), [view]);

  const icons = {
    services: IconBuildingStore,
    teams: IconUsersGroup,
    agents: IconHeadset,
    skills: IconCertificate,
    contacts: IconMessages,
  };
  const tables = {
    services: () => <ServicesTable />,
    teams: () => <TeamsTable />,
    agents: () => <AgentsTable {...props} />,
    skills: () => <SkillsTable />,
    contacts: () => <ContactsTable actionsOf={props.contactActions} />,
  };
  return (
    <InfoTabs
      tabs={VIEWS.map((id) => ({
        id,
        title: t(`tabs.${id}`),
        icon: icons[id],
        content: id === view ? tables[id]() : null,
      }))}
      active={view}
      onSelect={setTab}
    />
  );
}
