import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { scopeQuery } from '../api/supervise';

/** Names by id of what is watched. What is not known yet shows as nothing rather than as an id. */
export interface Names {
  service: (id: string) => string;
  team: (id: string) => string;
  agent: (id: string) => string;
  reason: (id: string) => string;
  skill: (id: string) => string;
}

type Named = { id: string; name: string };

/** The scope with its names. It is read again when the settings change, as everything under `stats`. */
export function useScope() {
  const scope = useQuery(scopeQuery);
  const names = useMemo<Names>(() => {
    const finder = (list: Named[] | null | undefined) => {
      const byId = new Map((list ?? []).map((one) => [one.id, one.name]));
      return (id: string) => byId.get(id) ?? '';
    };
    return {
      service: finder(scope.data?.services),
      team: finder(scope.data?.teams),
      agent: finder(scope.data?.agents),
      reason: finder(scope.data?.reasons),
      skill: finder(scope.data?.skills),
    };
  }, [scope.data]);
  return { scope, names };
}

/** The team and all that are below it. */
export function withSubTeams(teams: { id: string; parentId: string }[], id: string): Set<string> {
  const found = new Set([id]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const team of teams) if (found.has(team.parentId)) found.add(team.id);
  }
  return found;
}
