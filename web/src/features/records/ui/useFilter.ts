import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { limitsOf, PERIODS, type Period } from '../api/period';

const NAMES = [
  'tab',
  'period',
  'from',
  'to',
  'service',
  'agent',
  'outcome',
  'disposition',
  'category',
  'fields',
  'id',
] as const;
type Name = (typeof NAMES)[number];
export type FilterValues = Record<Name, string>;

/** The page's tab, filters and open record, all in the address: a link shows the same. */
export function useFilter(usual: Period = 'week') {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const read = (name: Name) => (typeof search[name] === 'string' ? (search[name] as string) : '');
  const values = Object.fromEntries(NAMES.map((name) => [name, read(name)])) as FilterValues;
  const period: Period = PERIODS.find((one) => one === values.period) ?? usual;
  // The day's limits are worked out when the filter changes, so that the list stands still while it is read.
  const limits = useMemo(
    () => limitsOf(period, values.from, values.to, new Date()),
    [period, values.from, values.to],
  );
  const set = (change: Partial<FilterValues>) => {
    const written = Object.fromEntries(
      Object.entries(change).map(([name, value]) => [name, value || undefined]),
    );
    void navigate({
      to: '.',
      replace: true,
      search: ((old: Record<string, unknown>) => ({ ...old, ...written })) as never,
    });
  };
  const reset = () =>
    set({
      period: '',
      from: '',
      to: '',
      service: '',
      agent: '',
      outcome: '',
      disposition: '',
      category: '',
      fields: '',
    });
  const narrowed = NAMES.some((name) => name !== 'id' && name !== 'tab' && values[name] !== '');
  return { values, period, limits, set, reset, narrowed };
}
