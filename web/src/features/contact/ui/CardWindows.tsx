import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { toast } from '@/shared/ui/toasts';
import { Window } from '@/shared/ui/Window';
import { type Asked, askNothing, useAsked } from '../api/asking';
import { type Contact, contactQuery, linkCard, saveCard } from '../api/contacts';
import { AddToCard } from './AddToCard';
import { CardForm } from './CardForm';

/** The windows about a card: creating, editing, adding to an existing one (D-2). */
export function CardWindows() {
  const { t } = useTranslation(['contact', 'common']);
  const { asked } = useAsked();
  const [last, setLast] = useState<Asked>(); // its title stays while the window closes
  useEffect(() => asked && setLast(asked), [asked]);
  const title = { create: t('form.fresh'), add: t('adding.title'), edit: t('action.edit') };
  return (
    <Window
      opened={asked !== undefined}
      onClose={askNothing}
      title={title[(asked ?? last)?.what ?? 'create']}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
      size="36rem"
    >
      {asked?.what === 'create' && <Create segment={asked.segment} />}
      {asked?.what === 'add' && <AddToCard segment={asked.segment} onDone={askNothing} />}
      {asked?.what === 'edit' && <Edit id={asked.id} />}
    </Window>
  );
}

function Create({ segment }: { segment: Segment }) {
  const { t } = useTranslation('contact');
  const save = async (card: Contact) => {
    await linkCard(segment.id, { card });
    toast({ tone: 'good', title: t('form.created') });
  };
  return <CardForm card={knownOf(segment)} save={save} onClose={askNothing} />;
}

function Edit({ id }: { id: string }) {
  const { t } = useTranslation('contact');
  const card = useQuery({ ...contactQuery(id), staleTime: 0, refetchOnMount: 'always' });
  if (card.isPending || (card.isFetching && !card.isFetchedAfterMount)) return <LoadingState rows={6} />;
  if (card.isError) return <ErrorState error={card.error} onRetry={() => void card.refetch()} />;
  const save = async (changed: Contact) => {
    await saveCard(changed);
    toast({ tone: 'good', title: t('form.saved') });
  };
  return <CardForm card={card.data} save={save} onClose={askNothing} />;
}

/** What is known of somebody who has no card. */
function knownOf({ customer }: Segment): Contact {
  return {
    id: '',
    name: customer.name === customer.phone ? '' : customer.name,
    company: customer.company ?? '',
    segment: customer.segment ?? '',
    language: '',
    notes: '',
    emails: customer.email ? [customer.email] : [],
    phones: customer.phone ? [customer.phone] : [],
    createdAt: 0,
    updatedAt: 0,
    version: 0,
    abilities: [],
  };
}
