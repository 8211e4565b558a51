import { Button, type OptionsFilter, Popover, Select, type SelectProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import {
  type CaseWanted,
  caseFiltersQuery,
  isWanted,
  MOST_FIELDS,
  NO_CATEGORY,
  wantedIn,
  wanting,
} from '../api/caseFilter';
import { type CategoryOption, categoryOptions, foundCategories } from '../api/categories';
import { CaseFilterField } from './CaseFilterField';
import classes from './filter.module.css';

interface CaseFilterProps {
  wanted: CaseWanted;
  onChange: (wanted: CaseWanted) => void;
}

/** By the category and the fields of cases (E-14, M-16): a button that says how many are set, and a form below it. */
export function CaseFilter({ wanted, onChange }: CaseFilterProps) {
  const { t } = useTranslation('mail');
  const [opened, { toggle, close }] = useDisclosure();
  const found = useQuery(caseFiltersQuery);
  const set = isWanted(wanted);
  const nothing = found.data?.categories?.length === 0 && found.data.fields?.length === 0;
  if (nothing && set === 0) return null; // the contact centre has neither
  return (
    <Popover
      opened={opened}
      onDismiss={close}
      trapFocus
      returnFocus
      position="bottom-start"
      width={340}
      shadow="md"
    >
      <Popover.Target>
        <Button
          variant={set > 0 ? 'light' : 'default'}
          className={classes.button}
          leftSection={<IconFilter size={15} stroke={1.7} aria-hidden />}
          aria-haspopup="dialog"
          aria-expanded={opened}
          aria-label={t('caseFilter.open', { count: set })}
          onClick={toggle}
        >
          {t('caseFilter.button')}
          {set > 0 && <span className={`${classes.count} num`}>{set}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('caseFilter.title')} className={classes.dropdown}>
        {found.error ? (
          <ErrorState error={found.error} onRetry={() => void found.refetch()} />
        ) : nothing ? (
          <EmptyState title={t('caseFilter.nothing')} />
        ) : (
          <CaseFilterForm wanted={wanted} onChange={onChange} />
        )}
        <div className={classes.foot}>
          <Button
            variant="subtle"
            disabled={set === 0}
            onClick={() => onChange({ categoryId: '', fields: [] })}
          >
            {t('caseFilter.reset')}
          </Button>
          <Button onClick={close}>{t('caseFilter.close')}</Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function CaseFilterForm({ wanted, onChange }: CaseFilterProps) {
  const { t } = useTranslation('mail');
  const { data } = useQuery(caseFiltersQuery);
  const tree = useMemo(() => categoryOptions(data?.categories ?? []), [data]);
  const fields = data?.fields ?? [];
  const full = wanted.fields.length >= MOST_FIELDS;
  const none: CategoryOption = {
    value: NO_CATEGORY,
    label: t('caseFilter.noCategory'),
    name: t('caseFilter.noCategory'),
    depth: 0,
    parent: '',
  };
  return (
    <div className={classes.form}>
      {(tree.length > 0 || wanted.categoryId !== '') && (
        <Select
          label={t('work.category')}
          placeholder={t('caseFilter.anyCategory')}
          data={[none, ...tree]}
          value={wanted.categoryId || null}
          onChange={(categoryId) => onChange({ ...wanted, categoryId: categoryId ?? '' })}
          filter={byWords}
          renderOption={Option}
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage={t('work.noCategories')}
          openOnFocus={false} // it has the focus first, and would lie over all else
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('work.clearCategory') }}
        />
      )}
      {fields.map((field) => {
        const value = wantedIn(wanted.fields, field.id);
        return (
          <CaseFilterField
            key={`${field.id} ${value}`}
            field={field}
            value={value}
            disabled={full && value === ''}
            onChange={(next) => onChange({ ...wanted, fields: wanting(wanted.fields, field.id, next) })}
          />
        );
      })}
      {full && <p className={classes.soft}>{t('caseFilter.full', { count: MOST_FIELDS })}</p>}
    </div>
  );
}

const byWords: OptionsFilter = ({ options, search }) => foundCategories(options as CategoryOption[], search);

const Option: SelectProps['renderOption'] = ({ option }) => {
  const { name, depth } = option as CategoryOption;
  return <span style={{ paddingInlineStart: `${depth}rem` }}>{name}</span>;
};
