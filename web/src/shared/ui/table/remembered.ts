import { useCallback, useMemo } from 'react';
import { type TableState, type TableStateControl, useTableInUrl } from './state';

/**
 * A table's state in the address, where the columns a person chose are also
 * remembered on this machine: a link wins, then the last choice, then the usual ones.
 */
export function useRememberedTable(name: string): TableStateControl {
  const [state, setState] = useTableInUrl(name);
  const key = `parley.columns.${name}`;
  const remembered = useMemo(() => (state.columns ? undefined : read(key)), [state.columns, key]);
  const set = useCallback(
    (next: TableState) => {
      write(key, next.columns);
      setState(next);
    },
    [key, setState],
  );
  const shown = useMemo(() => (remembered ? { ...state, columns: remembered } : state), [state, remembered]);
  return [shown, set];
}

function read(key: string): string[] | undefined {
  try {
    return localStorage.getItem(key)?.split('.');
  } catch {
    return undefined; // no store in this browser: the address still has it
  }
}

function write(key: string, columns: string[] | undefined): void {
  try {
    if (columns) localStorage.setItem(key, columns.join('.'));
    else localStorage.removeItem(key);
  } catch {
    // As above.
  }
}
