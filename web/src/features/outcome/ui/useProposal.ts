import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Segment } from '@/shared/live/entities';
import { dispositionsQuery, proposal, propose } from '../api/outcome';

/** Preselects the disposition that the sent answer speaks for (decision 31). */
export function useProposal(segment: Segment | undefined): void {
  const known = useQuery(dispositionsQuery(segment?.serviceId ?? '')).data?.items;
  useEffect(() => {
    const id = segment && known ? proposal(segment, known) : '';
    if (segment && id) propose(segment, id);
  }, [segment, known]);
}
