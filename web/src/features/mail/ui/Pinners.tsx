import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { profileQuery } from '@/shared/api/profile';
import type { MailPage, QueueView } from '../api/queue';
import { changeView } from '../api/view';
import classes from './mail.module.css';

interface PinnersProps {
  view: QueueView;
  pinners: NonNullable<MailPage['pinners']>;
}

/** Whose pinned cases are looked at: one's own, or those of somebody of the team (E-34). */
export function Pinners({ view, pinners }: PinnersProps) {
  const { t } = useTranslation('mail');
  const me = useQuery(profileQuery).data;
  const own = [me?.firstName, me?.lastName].filter(Boolean).join(' ') || me?.login || '';
  const others = pinners.map((one) => ({ value: one.userId, label: `${one.name} (${one.count})` }));
  const gone = view.userId !== '' && !others.some((one) => one.value === view.userId);
  return (
    <Select
      className={classes.service}
      aria-label={t('filter.pinner')}
      value={view.userId}
      data={[
        { value: '', label: own },
        ...others,
        ...(gone ? [{ value: view.userId, label: t('filter.noPins') }] : []),
      ]}
      searchable={others.length > 12}
      allowDeselect={false}
      onChange={(userId) => changeView({ userId: userId ?? '', serviceId: '', language: '' })}
    />
  );
}
