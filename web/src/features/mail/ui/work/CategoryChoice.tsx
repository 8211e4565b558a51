import { CheckIcon, type OptionsFilter, Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failed } from '@/shared/ui/failed';
import { type CaseView, caseFormQuery, changeCase } from '../../api/cases';
import { type CategoryOption, categoryOptions, foundCategories } from '../../api/categories';
import classes from './case.module.css';

/** «Выбрать категорию»: what the case in hand is about, from the administrator's tree (E-40). */
export function CategoryChoice({ of }: { of: CaseView }) {
  const { t } = useTranslation('mail');
  const form = useQuery(caseFormQuery(of.id));
  const [chosen, setChosen] = useState<string>();
  const options = useMemo(() => {
    const tree = categoryOptions(form.data?.categories ?? []);
    // One that the service does not offer still says what it is, and cannot be chosen again.
    if (of.categoryId && !tree.some((one) => one.value === of.categoryId))
      tree.push({
        value: of.categoryId,
        label: t('preview.notOffered', { name: of.categoryName }),
        name: t('preview.notOffered', { name: of.categoryName }),
        disabled: true,
        depth: 0,
        parent: '',
      });
    return tree;
  }, [form.data, of.categoryId, of.categoryName, t]);
  if (options.length === 0) return null;

  const set = (value: string | null) => {
    const categoryId = value ?? '';
    if (categoryId === of.categoryId) return;
    setChosen(categoryId); // the answer to the choice shows at once
    changeCase(of.id, { categoryId })
      .catch(failed)
      .finally(() => setChosen(undefined));
  };
  const value = chosen ?? of.categoryId;
  return (
    <Select
      className={classes.category}
      aria-label={t('work.category')}
      placeholder={t('work.chooseCategory')}
      nothingFoundMessage={t('work.noCategories')}
      data={options}
      value={value || null}
      onChange={set}
      filter={filter}
      renderOption={Option}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      classNames={{ dropdown: classes.categories }}
      clearable
      clearButtonProps={{ 'aria-label': t('work.clearCategory') }}
      searchable
      title={options.find((one) => one.value === value)?.label}
    />
  );
}

const filter: OptionsFilter = ({ options, search }) => foundCategories(options as CategoryOption[], search);

const Option: SelectProps['renderOption'] = ({ option, checked }) => {
  const { name, depth } = option as CategoryOption;
  return (
    <span className={classes.option} style={{ paddingInlineStart: `${depth}rem` }}>
      <span>{name}</span>
      {checked && <CheckIcon size={11} aria-hidden />}
    </span>
  );
};
