import {
  columnFilteringFeature,
  columnVisibilityFeature,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_includesString,
  globalFilteringFeature,
  type ReactTable,
  type Row,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';

/** A column of a table of ours; the same definition serves live views and reports. */
export interface DataColumn<T> {
  id: string;
  label: string;
  /** How the figure is worked out: opens by a click on the heading's «?». */
  meaning?: string;
  /** What is sorted and searched by; shown as it is unless `cell` says otherwise. */
  value: (row: T) => string | number | boolean | null | undefined;
  cell?: (row: T) => ReactNode;
  align?: 'start' | 'end';
  /** In px at normal text size. What is left over goes to the columns that grow. */
  width?: number;
  grow?: boolean;
  /** Not shown until chosen. */
  hidden?: boolean;
  sortable?: boolean;
}

export const features = tableFeatures({
  rowSortingFeature,
  columnFilteringFeature,
  globalFilteringFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
  filteredRowModel: createFilteredRowModel(),
  filterFns: { includesString: filterFn_includesString },
});

export type DataTableInstance<T extends object> = ReactTable<typeof features, T>;
export type DataRow<T extends object> = Row<typeof features, T>;

const letters = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Order of two values: numbers by size, words by the alphabet; what is missing comes last either way. */
export function compare(a: unknown, b: unknown, descending: boolean): number {
  const aMissing = a === null || a === undefined || a === '';
  const bMissing = b === null || b === undefined || b === '';
  if (aMissing || bMissing) return aMissing === bMissing ? 0 : (aMissing ? 1 : -1) * (descending ? -1 : 1);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return letters.compare(String(a), String(b));
}
