import { IconHome, IconUser } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ContactCard } from '@/features/contact/ui/ContactCard';
import { Home } from '@/features/home/ui/Home';
import type { Segment } from '@/shared/live/entities';
import { InfoTabs } from '@/shared/ui/shell/InfoTabs';

interface InformationProps {
  focused?: Segment;
  page: string;
  onPage: (page: string) => void;
  /** May see earlier contacts. */
  history: boolean;
}

/** The information area: the customer in focus, and Home. */
export function Information({ focused, page, onPage, history }: InformationProps) {
  const { t } = useTranslation('desk');
  const id = focused?.id;
  // A contact that comes into focus brings its card to the front.
  useEffect(() => onPage(id ? 'customer' : 'home'), [id, onPage]);
  const customer = focused && {
    id: 'customer',
    title: focused.customer.name || t('customer'),
    icon: IconUser,
    content: <ContactCard segment={focused} history={history} />,
  };
  return (
    <InfoTabs
      active={page}
      onSelect={onPage}
      tabs={[
        ...(customer ? [customer] : []),
        { id: 'home', title: t('home'), icon: IconHome, content: <Home /> },
      ]}
    />
  );
}
