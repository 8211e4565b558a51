import { type Icon, IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Panel.module.css';

export interface EmptyStateProps {
  icon?: Icon;
  /** What is not there, as «No active interactions». */
  title?: string;
  /** What will bring something here, or what to do. */
  text?: string;
  action?: ReactNode;
}

/** A panel that has nothing to show, and why. */
export function EmptyState({ icon: Sign = IconInbox, title, text, action }: EmptyStateProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.centre}>
      <Sign size={28} stroke={1.3} aria-hidden />
      <p className={classes.title}>{title ?? t('empty.title')}</p>
      {text && <p className={classes.text}>{text}</p>}
      {action && <div className={classes.actions}>{action}</div>}
    </div>
  );
}
