import { Tooltip } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './Rail.module.css';

export interface RailItem {
  id: string;
  label: string;
  icon: Icon;
  /** Unread or overdue; zero shows nothing. */
  badge?: number;
  /** What the badge counts; left out: what is unread. */
  badgeText?: string;
  /** Something here is late: a dot says so, and its words. */
  late?: string;
  /** Chosen now: its page is open, or its panel is. */
  active?: boolean;
  disabled?: boolean;
  /** Shown beside the label, as `Alt+1`. */
  shortcut?: string;
  onSelect: () => void;
}

/** The function rail. The order is the caller's and is kept; what has no page yet is left out by the caller. */
export function Rail({ items, bottom = [] }: { items: RailItem[]; bottom?: RailItem[] }) {
  const { t } = useTranslation();
  return (
    <nav className={classes.rail} aria-label={t('shell.rail')}>
      {items.map((item) => (
        <RailButton key={item.id} item={item} />
      ))}
      <span className={classes.space} />
      {bottom.map((item) => (
        <RailButton key={item.id} item={item} />
      ))}
    </nav>
  );
}

function RailButton({ item }: { item: RailItem }) {
  const { t } = useTranslation();
  const badge = item.badge ?? 0;
  const counted = badge > 0 && (item.badgeText ?? t('shell.unread', { count: badge }));
  const name = [item.label, counted, item.late].filter(Boolean).join(', ');
  return (
    <Tooltip label={item.shortcut ? `${item.label} · ${item.shortcut}` : item.label} position="right">
      <button
        type="button"
        className={classes.item}
        aria-label={name}
        aria-pressed={item.active ?? false}
        disabled={item.disabled}
        onClick={item.onSelect}
      >
        <item.icon size={20} stroke={1.6} aria-hidden />
        {badge > 0 && (
          <span className={`${classes.badge} num`} data-plain={item.badgeText !== undefined || undefined}>
            {badge > 99 ? '99+' : badge}
          </span>
        )}
        {item.late && <span className={classes.late} />}
      </button>
    </Tooltip>
  );
}
