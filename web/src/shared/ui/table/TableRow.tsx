import { ActionIcon } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataColumn } from './columns';
import classes from './DataTable.module.css';

export interface TableRowProps<T extends object> {
  index: number;
  row: T;
  columns: DataColumn<T>[];
  open: boolean;
  tabIndex: 0 | -1;
  onOpen?: (row: T) => void;
  onFocus: () => void;
  /** Unfolded: what stands below the row. */
  details?: ReactNode;
  onFold?: () => void;
  measure: (element: Element | null) => void;
}

/** A row and what it unfolds to: one body of the table, measured as one. */
export function TableRow<T extends object>(props: TableRowProps<T>) {
  const { index, row, columns, onOpen, onFold, details } = props;
  const { t } = useTranslation();
  // A click on a button or link inside the row is that button's.
  const open = (event: MouseEvent | KeyboardEvent) => {
    if (!(event.target as HTMLElement).closest('button, a, input, label')) onOpen?.(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') open(event);
    if (event.key === 'ArrowRight' && onFold && !details) onFold();
    if (event.key === 'ArrowLeft' && onFold && details) onFold();
  };
  return (
    <tbody ref={props.measure} data-index={index}>
      <tr
        className={classes.row}
        data-row={index}
        aria-rowindex={index + 2}
        aria-current={props.open || undefined}
        data-clickable={onOpen !== undefined || undefined}
        tabIndex={props.tabIndex}
        onClick={open}
        onKeyDown={onKeyDown}
        onFocus={props.onFocus}
      >
        {onFold && (
          <td className={classes.fold}>
            <ActionIcon
              size="1.25rem"
              tabIndex={-1}
              aria-label={t('error.details')}
              aria-expanded={details !== undefined}
              onClick={onFold}
            >
              <IconChevronRight size={14} className={classes.chevron} aria-hidden />
            </ActionIcon>
          </td>
        )}
        {columns.map((column) => (
          <td key={column.id} data-align={column.align}>
            {column.cell ? column.cell(row) : column.value(row)}
          </td>
        ))}
      </tr>
      {details !== undefined && (
        <tr className={classes.details}>
          <td />
          <td colSpan={columns.length}>{details}</td>
        </tr>
      )}
    </tbody>
  );
}
