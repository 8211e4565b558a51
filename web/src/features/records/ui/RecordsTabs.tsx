import { IconHeadset, IconMessages } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { InfoTabs } from '@/shared/ui/shell/InfoTabs';
import { ActivityBoard } from './ActivityBoard';
import type { CaseFilterSlot } from './Filters';
import { RecordsBoard } from './RecordsBoard';
import { useFilter } from './useFilter';

/** The records: of contacts, and of what agents did. Only the one in sight is asked for. */
export function RecordsTabs({ contacts, caseFilter }: { contacts: boolean; caseFilter: CaseFilterSlot }) {
  const { t } = useTranslation('records');
  const filter = useFilter();
  const shown = !contacts || filter.values.tab === 'agents' ? 'agents' : 'contacts';
  const tabs = [
    ...(contacts
      ? [
          {
            id: 'contacts',
            title: t('tab.contacts'),
            icon: IconMessages,
            content: shown === 'contacts' && <RecordsBoard caseFilter={caseFilter} />,
          },
        ]
      : []),
    {
      id: 'agents',
      title: t('tab.agents'),
      icon: IconHeadset,
      content: shown === 'agents' && <ActivityBoard />,
    },
  ];
  return (
    <InfoTabs
      tabs={tabs}
      active={shown}
      onSelect={(tab) => filter.set({ tab: tab === 'contacts' ? '' : tab, id: '' })}
    />
  );
}
