// What the desk's stream carries. Every entity comes whole, with what this
// person may do to it now (`abilities`), so taking one in is an upsert.

export type AgentState = 'ready' | 'ringing' | 'busy' | 'wrapup' | 'not_ready' | 'supervising' | 'signed_out';

export interface AgentView {
  userId: string;
  state: AgentState;
  reasonId: string;
  reasonText?: string;
  cause: string;
  since: number;
  /** End of a timed Not ready. */
  readyAt?: number;
  pending?: { state: AgentState; reasonId: string };
  wrapupUntil?: number;
  load: number;
  abilities: string[];
  banner?: { code: string; at: number; args?: Record<string, unknown> };
}

export interface Customer {
  name: string;
  segment?: string;
  email?: string;
  phone?: string;
  company?: string;
  contactId?: string;
}

/** Who transfers or invites; of a call that comes back from a number outside, which and why. */
export interface HandedOn {
  fromName: string;
  note?: string;
  number?: string;
  why?: string;
}

export interface Offer {
  segmentId: string;
  interactionId: string;
  kind: string;
  direction: string;
  serviceId: string;
  serviceName: string;
  until: number;
  openedAt: number;
  customer: Customer;
  transfer?: HandedOn;
  invite?: HandedOn;
  /** Of a call: who calls, as its number. */
  number?: string;
  /** Of a call: the desk takes it as soon as the line stands. */
  autoAnswer?: boolean;
  /** Of a mail. */
  subject?: string;
  /** Of a mail: the number of its case. */
  reference?: string;
  abilities: string[];
}

export interface Segment {
  id: string;
  interactionId: string;
  conversationId?: string;
  callId?: string;
  caseId?: string;
  /** Of a mail. */
  subject?: string;
  /** Of a mail: the number of its case. */
  reference?: string;
  kind: string;
  direction: string;
  purpose: string;
  state: 'waiting' | 'offered' | 'active' | 'ended' | 'finished' | 'parked';
  serviceId: string;
  serviceName: string;
  customer: Customer;
  queuedAt: number;
  offeredAt: number;
  acceptedAt: number;
  endedAt: number;
  endedBy: string;
  endReason: string;
  dispositionId: string;
  comment: string;
  version: number;
  unread: number;
  /** When the oldest unanswered message of the customer came; 0 when all are answered. */
  lastCustomerAt: number;
  answerWarnSeconds: number;
  mandatoryDisposition: boolean;
  abilities: string[];
}

/** A mail of ours that was not sent yet: its case is made when it goes. */
export const isNewMail = ({ kind, caseId }: Segment) => kind === 'email' && !caseId;

export interface Message {
  conversationId: string;
  /** Its place in the conversation, 1, 2, 3 … without holes. */
  n: number;
  id: string;
  clientId?: string;
  author: { kind: 'customer' | 'agent' | 'system' | 'bot'; id?: string; name?: string; photo?: string };
  kind: 'text' | 'file' | 'event';
  text?: string;
  file?: { id: string; name: string; size: number; type: string; width?: number; height?: number };
  event?: { code: string; args?: Record<string, string> };
  at: number;
  /** Said before an agent joined. */
  beforeAgent: boolean;
  /** Written by itself: a greeting, a question. */
  automatic?: boolean;
  scope?: 'all' | 'agents';
}

export interface Conversation {
  id: string;
  interactionId: string;
  state: 'waiting' | 'active' | 'unserved' | 'kept' | 'ended';
  language: string;
  /** What the visitor agreed to before writing; nothing where it was not asked. */
  form?: { consent?: string };
  segmentIds: string[];
  page: { url: string; title: string; at: number };
  customerReadN: number;
  agentReadN: number;
  /** What this agent has read. */
  readN: number;
  deliveredN: number;
  lastN: number;
  customerOnline: boolean;
  participants: Participant[];
  closedAt: number;
}

/** Somebody who takes part in a conversation, or was asked to. */
export interface Participant {
  segmentId: string;
  userId?: string;
  name: string;
  state: 'expected' | 'joined';
  organiser: boolean;
}

/** A call as one of its agents sees it. */
export interface Call {
  id: string;
  interactionId: string;
  /** This agent's part of it. */
  segmentId: string;
  state: 'waiting' | 'active' | 'unserved' | 'ended';
  direction: string;
  source: 'sip' | 'web' | 'desk';
  /** Who calls; empty when hidden, or from a browser. */
  number: string;
  /** Which of our numbers was called. */
  calledNumber: string;
  /** Where a caller from a site is. */
  page: { url: string; title: string };
  muted: boolean;
  held: boolean;
  heldSince: number;
  /** How the server sees this agent's line, and the customer's. */
  leg: 'none' | 'connecting' | 'connected' | 'lost';
  customer: 'connected' | 'gone';
  /** Unserved or ended: why. */
  reason?: string;
  parts: CallPart[];
  openedAt: number;
}

/** Somebody who takes part in a call, or was asked to. */
export interface CallPart {
  segmentId: string;
  userId?: string;
  name: string;
  state: 'expected' | 'joined';
}

export interface Draft {
  key: string;
  text: string;
  updatedAt: number;
}

export interface Snapshot {
  serverTime: number;
  agent: AgentView | null;
  offers: Offer[];
  segments: Segment[];
  conversations: Conversation[];
  messages: Message[];
  calls?: Call[];
  drafts: Draft[];
}
