import { queryOptions } from '@tanstack/react-query';
import { api, done } from '@/shared/api/client';
import { MAIL_KEY } from './cases';

/** Of which cases something is looked for; empty: of all. */
export interface CaseWanted {
  categoryId: string;
  /** Each a field's id, a colon and what it says. */
  fields: string[];
}

/** Stands for cases whose category was not said. */
export const NO_CATEGORY = 'none';

/** How many fields the server looks for at once. */
export const MOST_FIELDS = 5;

/** Categories and fields of the cases of all services. */
export const caseFiltersQuery = queryOptions({
  queryKey: [...MAIL_KEY, 'filters'],
  queryFn: () => done(api.GET('/api/case-filters')),
});

export const isWanted = ({ categoryId, fields }: CaseWanted): number =>
  fields.length + (categoryId === '' ? 0 : 1);

/** What is looked for in a field; '': nothing. */
export function wantedIn(fields: readonly string[], id: string): string {
  const start = `${id}:`;
  return fields.find((one) => one.startsWith(start))?.slice(start.length) ?? '';
}

/** The same with something else in one field. */
export function wanting(fields: readonly string[], id: string, value: string): string[] {
  const others = fields.filter((one) => !one.startsWith(`${id}:`));
  return value === '' ? others : [...others, `${id}:${value}`];
}
