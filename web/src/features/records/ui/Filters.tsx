import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PERIODS } from '../api/period';
import { dispositionsQuery, OUTCOMES, scopeQuery } from '../api/records';
import classes from './records.module.css';
import type { useFilter } from './useFilter';

/** Which records: period, service, agent, end, disposition. The words to search stand in the table's own field. */
export function Filters({ filter }: { filter: ReturnType<typeof useFilter> }) {
  const { t } = useTranslation('records');
  const scope = useQuery(scopeQuery);
  const dispositions = useQuery(dispositionsQuery);
  const { values, set } = filter;
  const named = (list: { id: string; name: string }[] | null | undefined) =>
    (list ?? []).map((one) => ({ value: one.id, label: one.name }));

  return (
    <>
      <Choice
        label={t('filter.period')}
        value={filter.period}
        options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
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
      <Choice
        label={t('filter.service')}
        value={values.service}
        any={t('filter.anyService')}
        options={named(scope.data?.services)}
        onChange={(service) => set({ service })}
      />
      <Choice
        label={t('filter.agent')}
        value={values.agent}
        any={t('filter.anyAgent')}
        options={named(scope.data?.agents)}
        onChange={(agent) => set({ agent })}
      />
      <Choice
        label={t('filter.outcome')}
        value={values.outcome}
        any={t('filter.anyOutcome')}
        options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
        onChange={(outcome) => set({ outcome })}
      />
      <Choice
        label={t('filter.disposition')}
        value={values.disposition}
        any={t('filter.anyDisposition')}
        options={named(dispositions.data)}
        onChange={(disposition) => set({ disposition })}
      />
      {filter.narrowed && (
        <Button variant="subtle" size="compact-sm" onClick={filter.reset}>
          {t('filter.reset')}
        </Button>
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

function Choice({ label, value, any, options, onChange }: ChoiceProps) {
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
