import { ActionIcon, Popover } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconHelpCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { DataColumn } from './columns';
import classes from './DataTable.module.css';

export interface HeadCellProps<T> {
  column: DataColumn<T>;
  sorted: false | 'asc' | 'desc';
  onSort?: () => void;
}

/** A column's heading: sorts by a click, and says what its figure means by «?». */
export function HeadCell<T>({ column, sorted, onSort }: HeadCellProps<T>) {
  const { t } = useTranslation();
  const Arrow = sorted === 'desc' ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      className={classes.head}
      data-align={column.align}
      aria-sort={sorted ? (sorted === 'asc' ? 'ascending' : 'descending') : onSort && 'none'}
    >
      <span className={classes.heading}>
        {onSort ? (
          <button
            type="button"
            className={classes.sort}
            title={t('table.sortBy', { name: column.label })}
            onClick={onSort}
          >
            <span className={classes.label}>{column.label}</span>
            {sorted && <Arrow size={13} stroke={2} aria-hidden />}
          </button>
        ) : (
          <span className={classes.label}>{column.label}</span>
        )}
        {column.meaning && <Meaning name={column.label} text={column.meaning} />}
      </span>
    </th>
  );
}

function Meaning({ name, text }: { name: string; text: string }) {
  const { t } = useTranslation();
  return (
    <Popover position="bottom" width={280} withArrow>
      <Popover.Target>
        <ActionIcon size="1.5rem" className={classes.meaning} aria-label={t('table.meaning', { name })}>
          <IconHelpCircle size={14} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <b>{name}</b>
        <p className={classes.meaningText}>{text}</p>
      </Popover.Dropdown>
    </Popover>
  );
}
