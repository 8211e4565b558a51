import { IconAddressBook, IconEye, IconHome, IconMail, IconUser } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { closeCard, useOpened } from '@/features/contact/api/opened';
import { Home } from '@/features/home/ui/Home';
import { hideCase, showCase, useOpenedCases } from '@/features/mail/api/opened';
import { isNewMail, type Segment } from '@/shared/live/entities';
import type { Action } from '@/shared/ui/actions/action';
import { InfoTabs } from '@/shared/ui/shell/InfoTabs';
import { ContactCard, ContactSearch, StoredCard } from './ContactParts';
import { CaseTab, MailQueue, MailWork } from './MailParts';

interface InformationProps {
  focused?: Segment;
  actions: Action[];
  page: string;
  onPage: (page: string) => void;
  /** Whether this person sees cases at all. */
  seesCases: boolean;
  /** «My cases» is open. */
  mails?: { supervisor: boolean; mayDelete: boolean; mayAssign: boolean; close: () => void };
}

/** The information area: the customer in focus, Home, and what was opened of the contacts. */
export function Information({ focused, actions, page, onPage, seesCases, mails }: InformationProps) {
  const { t } = useTranslation('desk');
  const { searching, cards } = useOpened();
  const id = focused?.id;
  const mailed = focused?.kind === 'email';
  const among = focused?.direction === 'internal'; // colleagues: there is no customer
  // What comes to the front by itself; who worked through «My cases» is back there after a mail.
  const front = mailed ? 'mailwork' : id && !among ? 'customer' : mails ? 'mail' : 'home';
  // A contact that comes into focus brings its card to the front; a mail is worked on there (decision 14).
  // biome-ignore lint/correctness/useExhaustiveDependencies: another row of the same kind comes to the front too
  useEffect(() => onPage(front), [id, front, onPage]);
  const { cases, asked } = useOpenedCases();
  useEffect(() => {
    if (asked) onPage(`case.${asked.id}`);
  }, [asked, onPage]);
  const mail = focused &&
    mailed && {
      id: 'mailwork',
      title: isNewMail(focused) ? t('newMail') : t('case', { number: focused.reference }),
      icon: IconMail,
      content: <MailWork key={focused.id} segment={focused} actions={actions} />,
    };
  const customer = focused &&
    !among && {
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
      onPage(front);
    },
    content: (
      <ContactSearch
        active={page === 'contacts'}
        onOpen={(card) => onPage(`card.${card}`)}
        onOpenCase={seesCases ? showCase : undefined}
      />
    ),
  };
  const queue = mails && {
    id: 'mail',
    title: t('mail'),
    icon: IconMail,
    onClose: () => {
      mails.close();
      onPage(mailed ? 'mailwork' : id && !among ? 'customer' : 'home');
    },
    content: (
      <MailQueue
        active={page === 'mail'}
        supervisor={mails.supervisor}
        mayDelete={mails.mayDelete}
        mayAssign={mails.mayAssign}
      />
    ),
  };
  return (
    <InfoTabs
      active={page}
      onSelect={onPage}
      tabs={[
        ...(mail ? [mail] : []),
        ...(customer ? [customer] : []),
        { id: 'home', title: t('home'), icon: IconHome, content: <Home /> },
        ...(queue ? [queue] : []),
        ...cases.map((one) => ({
          id: `case.${one.id}`,
          title: t('case', { number: one.number }),
          icon: IconEye,
          onClose: () => {
            hideCase(one.id);
            onPage(mails ? 'mail' : front);
          },
          content: <CaseTab caseId={one.id} />,
        })),
        ...(search ? [search] : []),
        ...cards.map((card) => ({
          id: `card.${card.id}`,
          title: card.name,
          icon: IconAddressBook,
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
