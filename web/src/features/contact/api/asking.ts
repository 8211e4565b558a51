import { create } from 'zustand';
import type { Segment } from '@/shared/live/entities';

/** Which window about a card is open: the form of a new or a known card, or the search for one to add to. */
export type Asked = { what: 'create' | 'add'; segment: Segment } | { what: 'edit'; id: string };

export const useAsked = create<{ asked?: Asked }>(() => ({}));

export const ask = (asked: Asked) => useAsked.setState({ asked });
export const askNothing = () => useAsked.setState({ asked: undefined });

/** Whether it may be said whose contact this is: a new mail has no customer until it is sent. */
export const mayLink = (segment: Segment) =>
  !segment.customer.contactId && !(segment.kind === 'email' && !segment.caseId);
