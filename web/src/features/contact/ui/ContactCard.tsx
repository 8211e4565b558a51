import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import { pictureUrl } from '@/shared/lib/pictures';
import type { Segment } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { contactQuery } from '../api/contacts';
import { Card } from './Card';
import { CardButtons } from './CardButtons';
import classes from './contact.module.css';
import { History } from './History';

/** The customer in focus: what is known from the form, and earlier contacts. */
export function ContactCard({ segment }: { segment: Segment }) {
  const { t, i18n } = useTranslation('contact');
  const conversation = useLive((live) => live.conversations[segment.conversationId ?? '']);
  const { customer } = segment;
  const id = customer.contactId ?? '';
  const card = useQuery({ ...contactQuery(id), enabled: id !== '' }).data;
  const time = dateFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const language = conversation?.language
    ? new Intl.DisplayNames(i18n.language, { type: 'language' }).of(conversation.language)
    : undefined;
  return (
    <div className={classes.page}>
      <Card
        name={customer.name || customer.phone || customer.email || t('unknown')}
        photo={pictureUrl(card?.photoFileId)}
        facts={[
          {
            label: t('fact.email'),
            value: customer.email && <Anchor href={`mailto:${customer.email}`}>{customer.email}</Anchor>,
          },
          {
            label: t('fact.phone'),
            value: customer.phone && <Anchor href={`tel:${customer.phone}`}>{customer.phone}</Anchor>,
          },
          { label: t('fact.company'), value: customer.company },
          { label: t('fact.status'), value: customer.segment },
          { label: t('fact.language'), value: language },
          { label: t('fact.service'), value: segment.serviceName },
          { label: t('fact.since'), value: time.format(segment.queuedAt) },
          { label: t('fact.notes'), value: card?.notes },
          { label: t('fact.consent'), value: conversation?.form?.consent },
        ]}
      >
        <CardButtons segment={segment} />
      </Card>
      {customer.contactId && <History contactId={customer.contactId} except={segment.interactionId} />}
    </div>
  );
}
