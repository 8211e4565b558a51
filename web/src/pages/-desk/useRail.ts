import { IconAddressBook, IconHeadset, IconHome, IconMail, IconUser } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFocused } from '@/shared/live/focus';
import { useLive } from '@/shared/live/live';
import { shortcutText } from '@/shared/ui/actions/action';
import { useActions } from '@/shared/ui/actions/registry';
import type { RailItem } from '@/shared/ui/shell/Rail';

interface RailState {
  listOpened: boolean;
  setListOpened: (opened: boolean) => void;
  page: string;
  setPage: (page: string) => void;
  openContacts: () => void;
  openMail: () => void;
  /** What waits in «My cases», for those who handle mails. */
  mail?: { count: number; late: boolean };
}

/** The function rail (D-5): the list of interactions, the customer, My cases, Contacts, Home; each also by Alt and its number. */
export function useRail(state: RailState): RailItem[] {
  const { listOpened, setListOpened, page, setPage, openContacts, openMail, mail } = state;
  const { t } = useTranslation('desk');
  const unread = useLive((live) => Object.values(live.segments).reduce((sum, one) => sum + one.unread, 0));
  const onFloor = useLive((live) => live.agent !== null);
  const focused = useFocused();
  const handling = focused !== undefined && focused.direction !== 'internal';
  const items = useMemo<RailItem[]>(
    () => [
      {
        id: 'list',
        label: t('interactions'),
        icon: IconHeadset,
        badge: unread,
        active: listOpened,
        disabled: !onFloor,
        onSelect: () => setListOpened(!listOpened),
      },
      {
        id: 'customer',
        label: t('customer'),
        icon: IconUser,
        active: handling && page === 'customer',
        disabled: !handling,
        onSelect: () => setPage('customer'),
      },
      ...(mail
        ? [
            {
              id: 'mail',
              label: t('mail'),
              icon: IconMail,
              badge: mail.count,
              badgeText: t('mails', { count: mail.count }),
              late: mail.late ? t('mailLate') : undefined,
              active: onFloor && page === 'mail',
              disabled: !onFloor,
              onSelect: openMail,
            },
          ]
        : []),
      {
        id: 'contacts',
        label: t('contacts'),
        icon: IconAddressBook,
        active: onFloor && page === 'contacts',
        disabled: !onFloor,
        onSelect: openContacts,
      },
      {
        id: 'home',
        label: t('home'),
        icon: IconHome,
        active: onFloor && page === 'home',
        disabled: !onFloor,
        onSelect: () => setPage('home'),
      },
    ],
    [t, unread, listOpened, setListOpened, onFloor, handling, page, setPage, openContacts, mail, openMail],
  );
  useActions(
    useMemo(
      () =>
        items.map((item, at) => ({
          id: `rail.${item.id}`,
          label: item.label,
          icon: item.icon,
          shortcut: `Alt+Digit${at + 1}`,
          group: t('group'),
          allowed: item.disabled !== true,
          perform: item.onSelect,
        })),
      [items, t],
    ),
  );
  return items.map((item, at) => ({ ...item, shortcut: shortcutText(`Alt+Digit${at + 1}`) }));
}
