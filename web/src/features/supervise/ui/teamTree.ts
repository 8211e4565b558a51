import type { TeamRow } from '@/shared/live/figures';
import { compare, type DataColumn } from '@/shared/ui/table/columns';
import type { TableState } from '@/shared/ui/table/state';

/** A team where it stands: how deep, and whether teams below it can be unfolded. */
export interface TreeRow extends TeamRow {
  depth: number;
  subTeams: number;
}

/**
 * The rows in the order in which they stand: sorted among those of the same
 * team above, sub-teams below theirs where it is unfolded. A filter looks
 * through all of them, folded or not.
 */
export function treeOf(
  rows: TeamRow[],
  columns: DataColumn<TreeRow>[],
  state: TableState,
  unfolded: ReadonlySet<string>,
): TreeRow[] {
  const below = new Map<string, TeamRow[]>();
  for (const row of rows) below.set(row.parentId, [...(below.get(row.parentId) ?? []), row]);
  const seen = new Set<string>();
  const all: TreeRow[] = [];
  const add = (parentId: string, depth: number, shown: boolean) => {
    const siblings = (below.get(parentId) ?? [])
      .filter((row) => !seen.has(row.teamId))
      .map((row) => ({ ...row, depth, subTeams: below.get(row.teamId)?.length ?? 0 }));
    for (const row of sorted(siblings, columns, state)) {
      seen.add(row.teamId);
      if (shown) all.push(row);
      add(row.teamId, depth + 1, shown && (state.filter !== '' || unfolded.has(row.teamId)));
    }
  };
  add('', 0, true);
  const wanted = state.filter.toLocaleLowerCase();
  if (!wanted) return all;
  const name = columns[0];
  return all.filter((row) => String(name?.value(row)).toLocaleLowerCase().includes(wanted));
}

function sorted(rows: TreeRow[], columns: DataColumn<TreeRow>[], { sort }: TableState): TreeRow[] {
  const column = columns.find((one) => one.id === (sort?.id ?? 'name'));
  if (!column) return rows;
  const descending = sort?.descending ?? false;
  return rows.sort((a, b) => compare(column.value(a), column.value(b), descending) * (descending ? -1 : 1));
}
