import { Anchor, Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { dateFormat } from '@/shared/lib/format';
import { pictureUrl } from '@/shared/lib/pictures';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LoadingState } from '@/shared/ui/LoadingState';
import { ask } from '../api/asking';
import { contactQuery } from '../api/contacts';
import { Card } from './Card';
import classes from './contact.module.css';
import { History } from './History';
import { nameIn } from './words';

/** A customer's card as it is kept, with all contacts. */
export function StoredCard({ id }: { id: string }) {
  const { t, i18n } = useTranslation('contact');
  const contact = useQuery(contactQuery(id));
  if (contact.isPending) return <LoadingState rows={6} />;
  if (contact.isError) return <ErrorState error={contact.error} onRetry={() => void contact.refetch()} />;
  const { name, company, segment, language, notes, photoFileId, createdAt, ...known } = contact.data;
  const emails = known.emails ?? [];
  const phones = known.phones ?? [];
  const date = dateFormat(i18n.language, { dateStyle: 'medium' });
  return (
    <div className={classes.page}>
      <Card
        name={name || phones[0] || emails[0] || t('unknown')}
        photo={pictureUrl(photoFileId)}
        facts={[
          {
            label: t('fact.email'),
            value: emails.length > 0 && <Addresses list={emails} scheme="mailto:" />,
          },
          { label: t('fact.phone'), value: phones.length > 0 && <Addresses list={phones} scheme="tel:" /> },
          { label: t('fact.company'), value: company },
          { label: t('fact.status'), value: segment },
          {
            label: t('fact.language'),
            value: language && nameIn(new Intl.DisplayNames(i18n.language, { type: 'language' }), language),
          },
          { label: t('fact.notes'), value: notes },
          { label: t('fact.created'), value: date.format(createdAt) },
        ]}
      >
        {known.abilities?.includes('edit') && (
          <div className={classes.buttons}>
            <Button
              variant="default"
              leftSection={<IconPencil size={16} stroke={1.7} aria-hidden />}
              onClick={() => ask({ what: 'edit', id })}
            >
              {t('action.edit')}
            </Button>
          </div>
        )}
      </Card>
      <History contactId={id} />
    </div>
  );
}

function Addresses({ list, scheme }: { list: string[]; scheme: 'mailto:' | 'tel:' }) {
  return (
    <>
      {list.map((one) => (
        <div key={one}>
          <Anchor href={scheme + one}>{one}</Anchor>
        </div>
      ))}
    </>
  );
}
