import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Shell.module.css';

export interface ShellProps {
  /** Banners, above everything. They push the desktop down, so nothing is covered. */
  banners?: ReactNode;
  statusBar: ReactNode;
  rail: ReactNode;
  /** The list column; leave out to close it. */
  list?: ReactNode;
  main: ReactNode;
  /** The knowledge base or another helper at the far right; leave out to close it. */
  drawer?: ReactNode;
  /** Offers, which stand over the information area. */
  offers?: ReactNode;
}

/** The five areas of the desktop. Where they stand is decided here and nowhere else. */
export function Shell({ banners, statusBar, rail, list, main, drawer, offers }: ShellProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.shell}>
      <div className={classes.banners}>{banners}</div>
      <header className={classes.statusBar}>{statusBar}</header>
      <div className={classes.body}>
        {rail}
        {list}
        <main className={classes.main} aria-label={t('shell.main')}>
          {offers}
          {main}
        </main>
        {drawer && (
          <aside className={classes.drawer} aria-label={t('shell.drawer')}>
            {drawer}
          </aside>
        )}
      </div>
    </div>
  );
}
