import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../EmptyState';
import { ErrorState } from '../ErrorState';
import { LoadingState } from '../LoadingState';
import type { DataColumn } from './columns';
import classes from './DataTable.module.css';
import { HeadCell } from './HeadCell';
import { TableRow } from './TableRow';
import { TableTools } from './TableTools';
import { type DataTableInput, useDataTable } from './useDataTable';

export interface DataTableProps<T extends object> extends DataTableInput<T> {
  label: string;
  onOpen?: (row: T) => void;
  /** The row that is open beside the table. */
  openId?: string;
  /** Makes rows unfold: what stands below an unfolded one; null for a row that has nothing. */
  details?: (row: T) => ReactNode;
  loading?: boolean;
  error?: unknown;
  onRetry?: () => void;
  empty?: ReactNode;
  /** Whether the table has a field to filter its rows by words. */
  searchable?: boolean;
  /** Own filters and buttons beside the table's. */
  tools?: ReactNode;
  /** The server has more than came so far: how many in all, and how to get the next. */
  total?: number;
  onReachEnd?: () => void;
}

/** A table of any length: sorts, filters, chooses columns, draws only the rows in sight. */
export function DataTable<T extends object>(props: DataTableProps<T>) {
  const { columns, state, details, onOpen, onReachEnd, total } = props;
  const { t } = useTranslation();
  const table = useDataTable(props);
  const rows = table.getRowModel().rows;
  const shown = table
    .getVisibleLeafColumns()
    .flatMap((one) => columns.find((column) => column.id === one.id) ?? []);
  const scroller = useRef<HTMLDivElement>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState(0);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 36,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onReachEnd && rows.length > 0 && last >= rows.length - 10) onReachEnd();
  }, [onReachEnd, last, rows.length]);

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus(),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || !(event.target as HTMLElement).matches('[data-row]')) return;
    event.preventDefault();
    goTo(to);
  };
  const fold = (id: string) => {
    const next = new Set(unfolded);
    if (!next.delete(id)) next.add(id);
    setUnfolded(next);
  };

  const none = rows.length === 0 && !props.loading && !props.error;
  return (
    <div className={classes.table}>
      <TableTools
        columns={columns}
        state={state}
        shown={rows.length}
        total={total ?? props.rows.length}
        searchable={props.searchable ?? true}
      >
        {props.tools}
      </TableTools>
      <div className={classes.scroller} ref={scroller}>
        <table
          aria-label={props.label}
          aria-rowcount={rows.length + 1}
          style={{ minWidth: `${widthOf(shown) / 16}rem` }}
          onKeyDown={onKeyDown}
        >
          <colgroup>
            {details && <col style={{ width: '2rem' }} />}
            {shown.map((column) => (
              <col
                key={column.id}
                style={column.grow ? undefined : { width: `${(column.width ?? 120) / 16}rem` }}
              />
            ))}
          </colgroup>
          <thead>
            <tr>
              {details && <td className={classes.head} />}
              {shown.map((column) => {
                const one = table.getColumn(column.id);
                return (
                  <HeadCell
                    key={column.id}
                    column={column}
                    sorted={one?.getIsSorted() ?? false}
                    onSort={one?.getCanSort() ? () => one.toggleSorting() : undefined}
                  />
                );
              })}
            </tr>
          </thead>
          <Gap height={items[0]?.start ?? 0} />
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <TableRow
                key={row.id}
                index={item.index}
                measure={virtual.measureElement}
                row={row.original}
                columns={shown}
                open={props.openId === row.id}
                tabIndex={item.index === Math.min(active, rows.length - 1) ? 0 : -1}
                onOpen={onOpen}
                onFocus={() => setActive(item.index)}
                details={details && unfolded.has(row.id) ? details(row.original) : undefined}
                onFold={details && (() => fold(row.id))}
              />
            );
          })}
          <Gap height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} />
        </table>
        {props.error !== undefined && props.error !== null && (
          <ErrorState error={props.error} onRetry={props.onRetry} />
        )}
        {props.loading && rows.length === 0 && <LoadingState rows={8} />}
        {none &&
          (state[0].filter ? (
            <EmptyState title={t('empty.search')} text={t('empty.searchHint')} />
          ) : (
            (props.empty ?? <EmptyState />)
          ))}
      </div>
    </div>
  );
}

// Room for the rows that are not drawn.
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tbody aria-hidden="true">
      <tr style={{ height }} />
    </tbody>
  );
}

function widthOf<T>(columns: DataColumn<T>[]): number {
  return columns.reduce((sum, column) => sum + (column.width ?? (column.grow ? 180 : 120)), 0);
}
