import { serverNow, useSecond } from '@/shared/lib/clock';
import { clockTime, isoSpan } from '@/shared/lib/format';

export interface TimerProps {
  /** Server time from which it counts up. */
  since?: number;
  /** Server time to which it counts down; wins over `since`. */
  until?: number;
  /** From this many ms on it shows in the warning colour. */
  warnAfter?: number;
  className?: string;
}

/** A running time. All timers of the page change in the same instant, by the server's clock. */
export function Timer({ since = 0, until, warnAfter, className }: TimerProps) {
  useSecond();
  const ms = until === undefined ? serverNow() - since : until - serverNow() + 999;
  const warn = warnAfter !== undefined && ms >= warnAfter;
  return (
    <time
      role="timer"
      dateTime={isoSpan(ms)}
      className={className}
      style={warn ? { color: 'var(--ringing-ink)', fontWeight: 600 } : undefined}
    >
      {clockTime(ms)}
    </time>
  );
}
