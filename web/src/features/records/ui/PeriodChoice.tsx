import { Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Period } from '../api/period';
import classes from './records.module.css';
import type { useFilter } from './useFilter';

interface PeriodChoiceProps {
  filter: ReturnType<typeof useFilter>;
  periods: readonly Period[];
}

/** Which days: by name, or from one to another. */
export function PeriodChoice({ filter, periods }: PeriodChoiceProps) {
  const { t } = useTranslation('records');
  const { values, set } = filter;
  return (
    <>
      <Choice
        label={t('filter.period')}
        value={filter.period}
        options={periods.map((value) => ({ value, label: t(`period.${value}`) }))}
        onChange={(period) => set({ period, from: '', to: '' })}
      />
      {filter.period === 'custom' && (
        <>
          <TextInput
            type="date"
            className={classes.day}
            aria-label={t('filter.from')}
            value={values.from}
            onChange={(event) => set({ from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            className={classes.day}
            aria-label={t('filter.to')}
            value={values.to}
            onChange={(event) => set({ to: event.currentTarget.value })}
          />
        </>
      )}
    </>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  any?: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}

/** One filter of a list. */
export function Choice({ label, value, any, options, onChange }: ChoiceProps) {
  return (
    <Select
      className={classes.choice}
      aria-label={label}
      value={value}
      onChange={(next) => onChange(next ?? '')}
      data={any === undefined ? options : [{ value: '', label: any }, ...options]}
      searchable={options.length > 12}
      allowDeselect={false}
    />
  );
}
