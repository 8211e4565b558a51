import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ActionButton } from '../actions/ActionButton';
import { useActions } from '../actions/registry';
import { DataTable, type DataTableProps } from '../table/DataTable';
import classes from './admin.module.css';

export interface EntityListProps<T extends object> extends DataTableProps<T> {
  title: string;
  /** One sentence: what these are for. */
  about?: string;
  /** What a new one is called, «Create a team»; without the right to it, leave out. */
  create?: { label: string; perform: () => void };
  /** The form of the one that is open, at the right. */
  panel?: ReactNode;
}

/** A page of the administration: all things of a kind, searched and sorted, with the open one beside them. */
export function EntityList<T extends object>({ title, about, create, panel, ...table }: EntityListProps<T>) {
  const { t } = useTranslation();
  const action = useMemo(
    () =>
      create && {
        id: 'entity.create',
        label: create.label,
        icon: IconPlus,
        shortcut: 'Alt+KeyN',
        group: title,
        allowed: true,
        perform: create.perform,
      },
    [create, title],
  );
  useActions(useMemo(() => (action ? [action] : []), [action]));
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <header className={classes.head}>
          <div>
            <h1 className={classes.title}>{title}</h1>
            {about && <p className={classes.about}>{about}</p>}
          </div>
          {action && <ActionButton action={{ ...action, label: t('action.create') }} main />}
        </header>
        <DataTable {...table} />
      </div>
      {panel}
    </div>
  );
}
