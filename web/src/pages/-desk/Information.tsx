import { IconAddressBook, IconHome, IconId, IconMail, IconUser } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { closeCard, useOpened } from '@/features/contact/api/contacts';
import { Home } from '@/features/home/ui/Home';
import { wordsOf } from '@/shared/i18n/i18n';
import type { Segment } from '@/shared/live/entities';
import { LoadingState } from '@/shared/ui/LoadingState';
import { later } from '@/shared/ui/later';
import { InfoTabs } from '@/shared/ui/shell/InfoTabs';
import { MailQueue } from './MailParts';

/** A part of the contacts, whose words come with it. */
const withWords = async <T,>(part: Promise<T>): Promise<T> =>
  (await Promise.all([part, wordsOf('contact')]))[0];

const ContactCard = later(
  () => withWords(import('@/features/contact/ui/ContactCard').then((file) => file.ContactCard)),
  <LoadingState />,
);
const StoredCard = later(
  () => withWords(import('@/features/contact/ui/StoredCard').then((file) => file.StoredCard)),
  <LoadingState />,
);
const ContactSearch = later(
  () => withWords(import('@/features/contact/ui/ContactSearch').then((file) => file.ContactSearch)),
  <LoadingState />,
);

interface InformationProps {
  focused?: Segment;
  page: string;
  onPage: (page: string) => void;
  /** «My cases» is open. */
  mails?: { supervisor: boolean; close: () => void };
}

/** The information area: the customer in focus, Home, and what was opened of the contacts. */
export function Information({ focused, page, onPage, mails }: InformationProps) {
  const { t } = useTranslation('desk');
  const { searching, cards } = useOpened();
  const id = focused?.id;
  // A contact that comes into focus brings its card to the front.
  useEffect(() => onPage(id ? 'customer' : 'home'), [id, onPage]);
  const customer = focused && {
    id: 'customer',
    title: focused.customer.name || t('customer'),
    icon: IconUser,
    content: <ContactCard segment={focused} />,
  };
  const search = searching && {
    id: 'contacts',
    title: t('contacts'),
    icon: IconAddressBook,
    onClose: () => {
      useOpened.setState({ searching: false });
      onPage(id ? 'customer' : 'home');
    },
    content: <ContactSearch active={page === 'contacts'} onOpen={(card) => onPage(`card.${card}`)} />,
  };
  const mail = mails && {
    id: 'mail',
    title: t('mail'),
    icon: IconMail,
    onClose: () => {
      mails.close();
      onPage(id ? 'customer' : 'home');
    },
    content: <MailQueue active={page === 'mail'} supervisor={mails.supervisor} />,
  };
  return (
    <InfoTabs
      active={page}
      onSelect={onPage}
      tabs={[
        ...(customer ? [customer] : []),
        { id: 'home', title: t('home'), icon: IconHome, content: <Home /> },
        ...(mail ? [mail] : []),
        ...(search ? [search] : []),
        ...cards.map((card) => ({
          id: `card.${card.id}`,
          title: card.name,
          icon: IconId,
          onClose: () => {
            closeCard(card.id);
            onPage(searching ? 'contacts' : 'home');
          },
          content: <StoredCard id={card.id} />,
        })),
      ]}
    />
  );
}
