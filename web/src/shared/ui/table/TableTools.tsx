import { ActionIcon, Button, Checkbox, CloseButton, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconColumns3, IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataColumn } from './columns';
import classes from './DataTable.module.css';
import type { TableStateControl } from './state';
import { isShown } from './useDataTable';

export interface TableToolsProps<T> {
  columns: DataColumn<T>[];
  state: TableStateControl;
  shown: number;
  total: number;
  searchable: boolean;
  /** The page's own filters and buttons. */
  children?: ReactNode;
}

/** Above the table: filter, how many, choice of columns. */
export function TableTools<T>({
  columns,
  state: [state, setState],
  shown,
  total,
  searchable,
  children,
}: TableToolsProps<T>) {
  const { t } = useTranslation();
  return (
    <div className={classes.tools}>
      {searchable && (
        <TextInput
          className={classes.filter}
          leftSection={<IconSearch size={15} aria-hidden />}
          rightSection={
            state.filter && (
              <CloseButton
                size="sm"
                aria-label={t('action.clear')}
                onClick={() => setState({ ...state, filter: '' })}
              />
            )
          }
          placeholder={t('table.filter')}
          aria-label={t('table.filter')}
          value={state.filter}
          onChange={(event) => setState({ ...state, filter: event.currentTarget.value })}
        />
      )}
      {children}
      <span className={`${classes.count} num`} aria-live="polite">
        {shown === total ? t('table.rows', { count: total }) : t('table.filtered', { shown, total })}
      </span>
      <ColumnChoice columns={columns} state={[state, setState]} />
    </div>
  );
}

function ColumnChoice<T>({
  columns,
  state: [state, setState],
}: {
  columns: DataColumn<T>[];
  state: TableStateControl;
}) {
  const { t } = useTranslation();
  const shown = columns.filter((column) => isShown(column, state.columns)).map((column) => column.id);
  const toggle = (id: string, show: boolean) => {
    const next = show ? [...shown, id] : shown.filter((one) => one !== id);
    setState({ ...state, columns: columns.map((column) => column.id).filter((one) => next.includes(one)) });
  };
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Tooltip label={t('table.columns')}>
          <ActionIcon aria-label={t('table.columns')}>
            <IconColumns3 size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={classes.choice}>
        {columns.map((column) => (
          <Checkbox
            key={column.id}
            size="xs"
            label={column.label}
            checked={shown.includes(column.id)}
            disabled={shown.length === 1 && shown[0] === column.id}
            onChange={(event) => toggle(column.id, event.currentTarget.checked)}
          />
        ))}
        <Button
          size="compact-sm"
          variant="default"
          disabled={!state.columns}
          onClick={() => setState({ ...state, columns: undefined })}
        >
          {t('table.reset')}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
