import { IconId, IconMailPlus, IconPencil, IconUserPlus, IconUserShare } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import type { Action } from '@/shared/ui/actions/action';
import { ask, mayLink } from '../api/asking';

export interface CardActions {
  /** Brings a card to the front of the information area. */
  onCard: (id: string, name: string) => void;
  /** Begins a mail; left out for who writes none. */
  onMail?: (to: { name: string; address: string }) => void;
}

/** What can be done about the customer of a contact in hand (D-2). */
export function useCardActions(segment: Segment, { onCard, onMail }: CardActions): Action[] {
  const { t } = useTranslation('contact');
  return useMemo(() => {
    const { contactId = '', name, email = '' } = segment.customer;
    const group = t('title');
    const unknown = mayLink(segment);
    return [
      {
        id: 'contact.open',
        label: t('action.open'),
        icon: IconId,
        group,
        allowed: contactId !== '',
        perform: () => onCard(contactId, name || segment.customer.phone || email),
      },
      {
        id: 'contact.create',
        label: t('action.create'),
        icon: IconUserPlus,
        group,
        allowed: unknown,
        perform: () => ask({ what: 'create', segment }),
      },
      {
        id: 'contact.add',
        label: t('action.add'),
        icon: IconUserShare,
        group,
        allowed: unknown,
        perform: () => ask({ what: 'add', segment }),
      },
      {
        id: 'contact.edit',
        label: t('action.edit'),
        icon: IconPencil,
        group,
        allowed: contactId !== '',
        perform: () => ask({ what: 'edit', id: contactId }),
      },
      {
        id: 'contact.mail',
        label: t('action.mail'),
        icon: IconMailPlus,
        group,
        allowed: onMail !== undefined && email !== '',
        perform: () => onMail?.({ name, address: email }),
      },
    ];
  }, [segment, onCard, onMail, t]);
}
