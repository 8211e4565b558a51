import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PERIODS } from '../api/period';
import { dispositionsQuery, OUTCOMES, scopeQuery } from '../api/records';
import { Choice, PeriodChoice } from './PeriodChoice';
import type { useFilter } from './useFilter';

interface Wanted {
  categoryId: string;
  fields: string[];
}

interface FiltersProps {
  filter: ReturnType<typeof useFilter>;
  caseFilter: CaseFilterSlot;
}

/** The choice of cases, which another feature draws: what is set, and what changes it. */
export type CaseFilterSlot = (wanted: Wanted, onChange: (wanted: Wanted) => void) => ReactNode;

/** What the address says of cases; each field stands on a line of its own. */
export const wantedOf = ({ category, fields }: { category: string; fields: string }): Wanted => ({
  categoryId: category,
  fields: fields.split('\n').filter(Boolean),
});

/** Which records: period, service, agent, end, disposition. The words to search stand in the table's own field. */
export function Filters({ filter, caseFilter }: FiltersProps) {
  const { t } = useTranslation('records');
  const scope = useQuery(scopeQuery);
  const dispositions = useQuery(dispositionsQuery);
  const { values, set } = filter;
  const named = (list: { id: string; name: string }[] | null | undefined) =>
    (list ?? []).map((one) => ({ value: one.id, label: one.name }));

  return (
    <>
      <PeriodChoice filter={filter} periods={PERIODS} />
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
      {caseFilter(wantedOf(values), ({ categoryId, fields }) =>
        set({ category: categoryId, fields: fields.join('\n') }),
      )}
      {filter.narrowed && (
        <Button variant="subtle" size="compact-sm" onClick={filter.reset}>
          {t('filter.reset')}
        </Button>
      )}
    </>
  );
}
