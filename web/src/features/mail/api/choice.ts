import type { QueueRow } from './queue';

/** Which mails a command is about: some by name, or everything in the view. */
export type Choice = { all: true } | { all: false; ids: ReadonlySet<string> };

export const NOTHING: Choice = { all: false, ids: new Set() };

export const isChosen = (choice: Choice, id: string) => choice.all || choice.ids.has(id);

export const howMany = (choice: Choice, total: number) => (choice.all ? total : choice.ids.size);

/** Adds a mail or takes it out; out of «all» leaves the others of this page. */
export function toggled(choice: Choice, id: string, rows: QueueRow[]): Choice {
  const ids = new Set(choice.all ? rows.map((row) => row.segmentId) : choice.ids);
  if (!ids.delete(id)) ids.add(id);
  return { all: false, ids };
}

/** The rows from one to another, added: what Shift does in every list. */
export function upTo(choice: Choice, from: string, to: string, rows: QueueRow[]): Choice {
  if (choice.all) return choice;
  const at = (id: string) => rows.findIndex((row) => row.segmentId === id);
  const [a, b] = [at(from), at(to)].sort((x, y) => x - y) as [number, number];
  if (a < 0) return toggled(choice, to, rows);
  const ids = new Set(choice.ids);
  for (const row of rows.slice(a, b + 1)) ids.add(row.segmentId);
  return { all: false, ids };
}

/** Without what left the page, so that nobody acts on what is not seen any more. */
export function stillThere(choice: Choice, rows: QueueRow[]): Choice {
  if (choice.all) return choice;
  const left = rows.filter((row) => choice.ids.has(row.segmentId)).map((row) => row.segmentId);
  return left.length === choice.ids.size ? choice : { all: false, ids: new Set(left) };
}

/** The one service of what is chosen; empty when there are several: each has dispositions of its own. */
export function serviceOf(choice: Choice, rows: QueueRow[], total: number, filtered: string): string {
  if (choice.all && (filtered || total > rows.length)) return filtered;
  const services = new Set(rows.filter((row) => isChosen(choice, row.segmentId)).map((row) => row.serviceId));
  return services.size === 1 ? ([...services][0] ?? '') : '';
}

/** How much of the time the service level allows is used up: 0 to 1; none: nothing waits. */
export function slPart(row: Pick<QueueRow, 'slFromAt' | 'slDueAt'>, now: number): number | undefined {
  if (!row.slDueAt || !row.slFromAt) return undefined;
  const allowed = Math.max(1, row.slDueAt - row.slFromAt);
  return Math.min(1, Math.max(0, (now - row.slFromAt) / allowed));
}

/** `1–100` of a page, as numbers. */
export const span = (offset: number, shown: number) => ({
  from: shown === 0 ? 0 : offset + 1,
  to: offset + shown,
});
