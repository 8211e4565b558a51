/** Periods offered by name; `custom` has its own two days, `all` is open. */
export const PERIODS = ['today', 'yesterday', 'week', 'month', 'all', 'custom'] as const;
export type Period = (typeof PERIODS)[number];

/** A period's limits in unix ms by the days of this browser's time zone; 0 is open, the end is excluded. */
export function limitsOf(period: Period, from: string, to: string, now: Date): { from: number; to: number } {
  const day = (ago: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - ago).getTime();
  switch (period) {
    case 'today':
      return { from: day(0), to: 0 };
    case 'yesterday':
      return { from: day(1), to: day(0) };
    case 'week':
      return { from: day(6), to: 0 };
    case 'month':
      return { from: day(29), to: 0 };
    case 'all':
      return { from: 0, to: 0 };
    case 'custom':
      return { from: startOf(from, 0), to: startOf(to, 1) };
  }
}

/** The same with an end: a period that is still open ends with the day. */
export function closedLimits(limits: { from: number; to: number }, now: Date): { from: number; to: number } {
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
  return { from: limits.from, to: limits.to || tomorrow };
}

// The start of a day as the field writes it, `2026-11-22`, or of a day after it.
function startOf(text: string, later: number): number {
  const [year, month, day] = text.split('-').map(Number);
  return year && month && day ? new Date(year, month - 1, day + later).getTime() : 0;
}
