import { ActionIcon, CloseButton, Select, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type MailPage, type QueueView, SORTS } from '../api/queue';
import { changeView } from '../api/view';
import { CaseFilter } from './CaseFilter';
import classes from './mail.module.css';
import { useLanguages } from './useLanguages';

const PUSH = 'push:';
const WAYS = ['push', 'pull'] as const;

interface QueueFiltersProps {
  view: QueueView;
  services: NonNullable<MailPage['services']>;
  supervisor: boolean;
  /** The choice of whose pinned cases, or whose personal queue. */
  whose: ReactNode;
}

/** Which mails, and in which order (E-14, E-15). */
export function QueueFilters({ view, services, supervisor, whose }: QueueFiltersProps) {
  const { t } = useTranslation('mail');
  const languages = useLanguages(services.length > 0, view);
  const total = services.reduce((sum, one) => sum + one.count, 0);
  const ways = WAYS.map((way) => ({
    value: PUSH + way,
    label: counted(t(`filter.${way}`), services, (one) => one.push === (way === 'push')),
  }));
  const Arrow = view.desc ? IconSortDescending : IconSortAscending;
  const direction = t(view.desc ? 'filter.descending' : 'filter.ascending');
  return (
    <div className={classes.filters}>
      {whose}
      <Select
        className={classes.service}
        aria-label={t('filter.service')}
        value={view.push ? PUSH + view.push : view.serviceId}
        data={[
          { value: '', label: `${t('filter.allServices')} (${total})` },
          ...(supervisor ? ways : []),
          ...services.map((one) => ({ value: one.id, label: `${one.name} (${one.count})` })),
        ]}
        searchable={services.length > 12}
        onChange={(value) => {
          const way = WAYS.find((one) => value === PUSH + one);
          changeView(way ? { push: way, serviceId: '' } : { push: '', serviceId: value ?? '' });
        }}
      />
      {(languages.length > 1 || view.language !== '') && (
        <Select
          className={classes.language}
          aria-label={t('filter.language')}
          value={view.language}
          data={[{ value: '', label: t('filter.allLanguages') }, ...languages]}
          onChange={(language) => changeView({ language: language ?? '' })}
        />
      )}
      <CaseFilter wanted={view} onChange={({ categoryId, fields }) => changeView({ categoryId, fields })} />
      <Search key={view.place + (view.q === '')} view={view} />
      <span className={classes.order}>
        <Select
          className={classes.sort}
          aria-label={t('filter.sort')}
          value={view.sort}
          data={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
          onChange={(value) => changeView({ sort: SORTS.find((one) => one === value) ?? view.sort })}
        />
        <Tooltip label={direction}>
          <ActionIcon
            variant="default"
            aria-label={direction}
            onClick={() => changeView({ desc: !view.desc })}
          >
            <Arrow size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </span>
    </div>
  );
}

function Search({ view }: { view: QueueView }) {
  const { t } = useTranslation(['mail', 'common']);
  const [text, setText] = useState(view.q);
  const look = useDebouncedCallback((q: string) => changeView({ q: q.trim() }), 300);
  const set = (value: string) => {
    setText(value);
    look(value);
  };
  return (
    <TextInput
      className={classes.search}
      aria-label={t('common:action.search')}
      placeholder={t('filter.search')}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text && <CloseButton size="sm" aria-label={t('common:action.clear')} onClick={() => set('')} />
      }
      maxLength={200}
      value={text}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

function counted(
  label: string,
  services: QueueFiltersProps['services'],
  of: (one: QueueFiltersProps['services'][number]) => boolean,
): string {
  return `${label} (${services.filter(of).reduce((sum, one) => sum + one.count, 0)})`;
}
