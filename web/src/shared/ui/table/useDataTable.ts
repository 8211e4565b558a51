import { createColumnHelper, type SortingState, useTable } from '@tanstack/react-table';
import { useMemo } from 'react';
import { compare, type DataColumn, type DataTableInstance, features } from './columns';
import type { TableStateControl } from './state';

export interface DataTableInput<T extends object> {
  rows: T[];
  columns: DataColumn<T>[];
  rowId: (row: T) => string;
  state: TableStateControl;
  /** The server sorts and filters; the rows come as they shall stand. */
  fromServer?: boolean;
}

/** Joins our columns and our state with TanStack's table. */
export function useDataTable<T extends object>(input: DataTableInput<T>): DataTableInstance<T> {
  const { rows, columns, rowId, fromServer = false } = input;
  const [state, setState] = input.state;
  const built = useMemo(
    () => build(columns, state.sort?.descending ?? false),
    [columns, state.sort?.descending],
  );
  const sorting: SortingState = useMemo(
    () => (state.sort ? [{ id: state.sort.id, desc: state.sort.descending }] : []),
    [state.sort],
  );
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map((column) => [column.id, isShown(column, state.columns)])),
    [columns, state.columns],
  );
  return useTable({
    features,
    columns: built,
    data: rows,
    getRowId: rowId,
    state: { sorting, columnVisibility, globalFilter: state.filter },
    manualSorting: fromServer,
    manualFiltering: fromServer,
    globalFilterFn: 'includesString',
    getColumnCanGlobalFilter: () => true,
    enableSortingRemoval: true,
    onSortingChange: (change) => {
      const next = typeof change === 'function' ? change(sorting) : change;
      const first = next[0];
      setState({ ...state, sort: first && { id: first.id, descending: first.desc } });
    },
  });
}

export function isShown<T>(column: DataColumn<T>, chosen: string[] | undefined): boolean {
  return chosen ? chosen.includes(column.id) : !column.hidden;
}

function build<T extends object>(columns: DataColumn<T>[], descending: boolean) {
  const helper = createColumnHelper<typeof features, T>();
  return helper.columns(
    columns.map((column) =>
      helper.accessor((row: T) => column.value(row), {
        id: column.id,
        header: column.label,
        enableSorting: column.sortable ?? true,
        sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id), descending),
      }),
    ),
  );
}
