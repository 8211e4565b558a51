import { create } from 'zustand';

/** A share in tenths of a percent; not ok: there is nothing to take a share of. */
export interface Percent {
  tenths: number;
  ok: boolean;
}

/** The day's counters, durations in ms. */
export type Figures = Record<
  | 'received'
  | 'answered'
  | 'answeredInSl'
  | 'slOf'
  | 'handled'
  | 'handledOut'
  | 'replied'
  | 'closed'
  | 'abandoned'
  | 'abandonedRinging'
  | 'short'
  | 'refused'
  | 'internal'
  | 'deleted'
  | 'moved'
  | 'transferredIn'
  | 'transferredOut'
  | 'rejected'
  | 'missed'
  | 'success'
  | 'waitMs'
  | 'talkMs'
  | 'holdMs'
  | 'wrapupMs'
  | 'readyMs'
  | 'busyMs'
  | 'breakMs',
  number
>;

export interface ServiceRow {
  serviceId: string;
  figures: Figures;
  sl: Percent;
  slLast: Percent;
  asaMs: number;
  ahtMs: number;
  waiting: number;
  ringing: number;
  active: number;
  wrapup: number;
  /** When the one waiting longest came; 0: nobody waits. */
  oldestAt: number;
  /** Mails in agents' own queues, and those whose answer is late. */
  personal: number;
  overdue: number;
  /** Estimated wait; -1: nobody is signed in. */
  ewtMs: number;
  signedIn: number;
  ready: number;
  busy: number;
  notReady: number;
}

export interface Contact {
  id: string;
  interactionId: string;
  kind: string;
  direction: string;
  state: string;
  serviceId: string;
  agentId: string;
  teamId: string;
  customerName: string;
  sinceAt: number;
  queuedAt: number;
  acceptedAt: number;
  /** Since when the customer is on hold; 0: not. */
  heldAt: number;
  /** Outside, where the customer is: nobody of ours has the call. */
  number?: string;
}

export interface AgentRow {
  userId: string;
  teamId: string;
  state: string;
  reasonId: string;
  sinceAt: number;
  signedInAt: number;
  load: number;
  pending: string;
  figures: Figures;
  occupancy: Percent;
  ahtMs: number;
  contacts: Contact[] | null;
}

/** A team with its sub-teams. */
export interface TeamRow {
  teamId: string;
  /** '' for a team whose team above is not among the rows. */
  parentId: string;
  figures: Figures;
  occupancy: Percent;
  ahtMs: number;
  acwMs: number;
  signedIn: number;
  ready: number;
  busy: number;
  notReady: number;
}

export interface SkillRow {
  skillId: string;
  waiting: number;
  oldestAt: number;
  ringing: number;
  active: number;
  signedIn: number;
  ready: number;
  busy: number;
  notReady: number;
}

export interface FiguresFrame {
  view: 'services' | 'teams' | 'agents' | 'skills' | 'contacts' | 'service';
  at: number;
  /** Replaces what is known; else rows are merged and gone ones left out. */
  full: boolean;
  services?: ServiceRow[];
  teams?: TeamRow[];
  agents?: AgentRow[];
  skills?: SkillRow[];
  gone?: string[];
  contacts?: Contact[];
  total?: number;
  places?: Record<string, { place: number; of: number }>;
}

/** The figures last heard of. Only watched views are kept fresh. */
export const useFigures = create<{
  services?: ServiceRow[];
  teams?: TeamRow[];
  agents?: Record<string, AgentRow>;
  skills?: SkillRow[];
  contacts?: Contact[];
  contactsTotal: number;
  /** The service of the status bar, with my places in the team by figure. */
  service?: ServiceRow;
  places: Record<string, { place: number; of: number }>;
}>(() => ({ contactsTotal: 0, places: {} }));

export function takeFigures(frame: FiguresFrame): void {
  useFigures.setState((known) => {
    switch (frame.view) {
      case 'services':
        return { services: frame.services ?? [] };
      case 'teams':
        return { teams: frame.teams ?? [] };
      case 'skills':
        return { skills: frame.skills ?? [] };
      case 'contacts':
        return { contacts: frame.contacts ?? [], contactsTotal: frame.total ?? 0 };
      case 'service':
        return { service: frame.services?.[0], places: frame.places ?? {} };
      case 'agents': {
        const agents = frame.full ? {} : { ...known.agents };
        for (const row of frame.agents ?? []) agents[row.userId] = row;
        for (const id of frame.gone ?? []) delete agents[id];
        return { agents };
      }
    }
  });
}
