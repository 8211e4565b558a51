import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { profileQuery } from '@/shared/api/profile';
import { EVERYBODY, ownersQuery, type QueueView } from '../api/queue';
import { changeView } from '../api/view';
import classes from './mail.module.css';

/** Whose personal queue is looked at: one's own, or those of the people a supervisor leads. */
export function Owners({ view }: { view: QueueView }) {
  const { t } = useTranslation('mail');
  const me = useQuery(profileQuery).data;
  const people = useQuery(ownersQuery).data ?? [];
  const own = [me?.firstName, me?.lastName].filter(Boolean).join(' ') || me?.login || '';
  const mine = people.find((one) => one.me)?.count ?? 0;
  const others = people.filter((one) => !one.me);
  const gone = ![...others.map((one) => one.userId), '', EVERYBODY].includes(view.userId);
  if (others.length === 0 && view.userId === '') return null;
  const all = others.reduce((sum, one) => sum + one.count, 0);
  return (
    <Select
      className={classes.service}
      aria-label={t('filter.owner')}
      value={view.userId}
      data={[
        { value: '', label: `${own} (${mine})` },
        { value: EVERYBODY, label: `${t('filter.everybody')} (${all})` },
        ...others.map((one) => ({ value: one.userId, label: `${one.name} (${one.count})` })),
        ...(gone ? [{ value: view.userId, label: t('filter.ownerGone') }] : []),
      ]}
      searchable={others.length > 12}
      allowDeselect={false}
      onChange={(userId) => changeView({ userId: userId ?? '', serviceId: '', language: '' })}
    />
  );
}
