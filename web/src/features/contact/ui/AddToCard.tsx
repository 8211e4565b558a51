import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pictureUrl } from '@/shared/lib/pictures';
import type { Segment } from '@/shared/live/entities';
import { Avatar } from '@/shared/ui/Avatar';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { failed } from '@/shared/ui/failed';
import { LoadingState } from '@/shared/ui/LoadingState';
import { toast } from '@/shared/ui/toasts';
import { type Contact, linkCard, nameOf, searchQuery } from '../api/contacts';
import classes from './form.module.css';

interface AddToCardProps {
  segment: Segment;
  onDone: () => void;
}

/** Finds the card to which the customer in hand belongs, and adds the address they came by. */
export function AddToCard({ segment, onDone }: AddToCardProps) {
  const { t } = useTranslation('contact');
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text.trim(), 250);
  const [chosen, setChosen] = useState<{ card: Contact; address: string }>();
  const [busy, setBusy] = useState(false);
  const address = [segment.customer.phone, segment.customer.email].filter(Boolean).join(', ');
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (!chosen || busy) return;
    setBusy(true);
    try {
      await linkCard(segment.id, { contactId: chosen.card.id, address: chosen.address });
      toast({ tone: 'good', title: t('adding.done', { name: nameOf(chosen.card) }) });
      onDone();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void add(event)}>
      <p className={classes.about}>{address ? t('adding.textOf', { address }) : t('adding.text')}</p>
      <TextInput
        data-autofocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder={t('search.placeholder')}
        aria-label={t('search.placeholder')}
        maxLength={200}
        leftSection={<IconSearch size={15} aria-hidden />}
      />
      <Found
        words={wanted}
        chosen={chosen?.card.id}
        // Cards of others are found by an exact address alone, which tells the server that it is known.
        onChoose={(card) => setChosen({ card, address: wanted })}
      />
      <Button type="submit" fullWidth loading={busy} disabled={!chosen}>
        {chosen ? t('adding.to', { name: nameOf(chosen.card) }) : t('adding.choose')}
      </Button>
    </form>
  );
}

interface FoundProps {
  words: string;
  chosen: string | undefined;
  onChoose: (card: Contact) => void;
}

function Found({ words, chosen, onChoose }: FoundProps) {
  const { t } = useTranslation('contact');
  const found = useInfiniteQuery(searchQuery(words));
  if (found.isPending) return <LoadingState rows={4} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const items = found.data.pages[0]?.items ?? [];
  return (
    <section className={classes.found} aria-label={t('search.contacts')} aria-live="polite">
      {items.length === 0 && <EmptyState title={t('search.none')} text={t('search.noneText')} />}
      {items.map((one) => (
        <button
          key={one.id}
          type="button"
          className={classes.choice}
          aria-pressed={one.id === chosen}
          onClick={() => onChoose(one)}
        >
          <Avatar name={nameOf(one)} photo={pictureUrl(one.photoFileId)} size={32} />
          <span className={classes.words}>
            <b translate="no">{nameOf(one)}</b>
            <span className={classes.soft} translate="no">
              {[one.company, one.phones?.[0], one.emails?.[0], one.segment].filter(Boolean).join(' · ')}
            </span>
          </span>
        </button>
      ))}
    </section>
  );
}
