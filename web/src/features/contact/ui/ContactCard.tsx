import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Segment } from '@/shared/live/entities';
import { useLive } from '@/shared/live/live';
import { Avatar } from '@/shared/ui/Avatar';
import classes from './contact.module.css';
import { History } from './History';

/** Who the customer in focus is, what is known from the form, and earlier contacts. */
export function ContactCard({ segment, history }: { segment: Segment; history: boolean }) {
  const { t, i18n } = useTranslation('contact');
  const conversation = useLive((live) => live.conversations[segment.conversationId ?? '']);
  const { customer } = segment;
  const name = customer.name || customer.phone || customer.email || t('unknown');
  const time = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const language = conversation?.language
    ? new Intl.DisplayNames(i18n.language, { type: 'language' }).of(conversation.language)
    : undefined;
  const facts = [
    {
      id: 'email',
      value: customer.email && <Anchor href={`mailto:${customer.email}`}>{customer.email}</Anchor>,
    },
    {
      id: 'phone',
      value: customer.phone && <Anchor href={`tel:${customer.phone}`}>{customer.phone}</Anchor>,
    },
    { id: 'company', value: customer.company },
    { id: 'status', value: customer.segment },
    { id: 'language', value: language },
    { id: 'service', value: segment.serviceName },
    { id: 'since', value: time.format(segment.queuedAt) },
  ] as const;
  return (
    <div className={classes.page}>
      <section className={classes.card} aria-label={t('title')}>
        <div className={classes.head}>
          <Avatar name={name} size={44} />
          <h2 className={classes.name}>{name}</h2>
        </div>
        <dl className={classes.facts}>
          {facts
            .filter((fact) => fact.value)
            .map((fact) => (
              <div key={fact.id}>
                <dt>{t(`fact.${fact.id}`)}</dt>
                <dd>{fact.value}</dd>
              </div>
            ))}
        </dl>
      </section>
      {history && customer.contactId && (
        <History contactId={customer.contactId} except={segment.interactionId} />
      )}
    </div>
  );
}
