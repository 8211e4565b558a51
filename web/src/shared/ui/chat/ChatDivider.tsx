import type { ReactNode } from 'react';
import classes from './ChatBubble.module.css';

/** A line across the conversation: a new day, «Before you joined». */
export function ChatDivider({ children }: { children: ReactNode }) {
  return <div className={classes.divider}>{children}</div>;
}
