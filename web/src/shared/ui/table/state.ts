import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';

/** What a person set on a table: order, columns, filter. */
export interface TableState {
  sort?: { id: string; descending: boolean };
  /** Ids of the columns shown, when not the usual ones. */
  columns?: string[];
  filter: string;
}

export type TableStateControl = [TableState, (next: TableState) => void];

const PLAIN: TableState = { filter: '' };

/** Keeps a table's state in the address, under the table's name, so that a link shows the same view. */
export function useTableInUrl(name: string): TableStateControl {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const text = search[name];
  const state = useMemo(() => readTableState(typeof text === 'string' ? text : ''), [text]);
  const set = useCallback(
    (next: TableState) => {
      const written = writeTableState(next) || undefined;
      void navigate({
        to: '.',
        replace: true,
        search: ((old: Record<string, unknown>) => ({ ...old, [name]: written })) as never,
      });
    },
    [navigate, name],
  );
  return [state, set];
}

/** For a table that is not a page's main thing. */
export function useTableState(): TableStateControl {
  return useState<TableState>(PLAIN);
}

/** `s=-wait&c=name.wait&q=sales`, short enough to read in the address. */
export function writeTableState(state: TableState): string {
  const parts = new URLSearchParams();
  if (state.sort) parts.set('s', (state.sort.descending ? '-' : '') + state.sort.id);
  if (state.columns) parts.set('c', state.columns.join('.'));
  if (state.filter) parts.set('q', state.filter);
  return parts.toString();
}

export function readTableState(text: string): TableState {
  const parts = new URLSearchParams(text);
  const sort = parts.get('s');
  const columns = parts.get('c');
  return {
    filter: parts.get('q') ?? '',
    ...(sort ? { sort: { id: sort.replace(/^-/, ''), descending: sort.startsWith('-') } } : {}),
    ...(columns ? { columns: columns.split('.') } : {}),
  };
}
