import type { Frame } from '@/shared/api/frames';
import type { AgentView, Call, Conversation, Draft, Message, Offer, Segment, Snapshot } from './entities';

/** What is on this person's screen right now, by id. Only frames change it. */
export interface Live {
  ready: boolean;
  agent: AgentView | null;
  offers: Record<string, Offer>;
  segments: Record<string, Segment>;
  conversations: Record<string, Conversation>;
  messages: Record<string, Message[]>;
  /** Calls by this person's part of them. */
  calls: Record<string, Call>;
  drafts: Record<string, Draft>;
  /** Who is typing in a conversation, and until when that is believed. */
  typing: Record<string, { text?: string; until: number }>;
  /** Counts configuration changes: queries of settings depend on it. */
  config: number;
  /** Why the session is over. */
  ended?: Ended;
}

/** The end of a session: of this one, or of another one of the same person. */
export interface Ended {
  sessionId?: string;
  code: string;
  by?: string;
  at?: number;
}

export const EMPTY: Live = {
  ready: false,
  agent: null,
  offers: {},
  segments: {},
  conversations: {},
  messages: {},
  calls: {},
  drafts: {},
  typing: {},
  config: 0,
};

// A notice is repeated every few seconds while somebody types.
const TYPING_LASTS = 6_000;

/** Takes a batch of frames in. The same frames give the same state, whatever the batches. */
export function reduce(live: Live, frames: Frame[], now: number): Live {
  let next = live;
  for (const frame of frames) next = take(next, frame, now);
  return next;
}

function take(live: Live, frame: Frame, now: number): Live {
  switch (frame.type) {
    case 'snapshot':
      return fromSnapshot(live, frame.data as Snapshot);
    case 'agent.changed':
      return { ...live, agent: onFloor(frame.data as AgentView) };
    case 'offer.opened': {
      const offer = frame.data as Offer;
      return { ...live, offers: { ...live.offers, [offer.segmentId]: offer } };
    }
    case 'offer.closed':
      return closeOffer(live, frame.data as { segmentId: string; cause: string });
    case 'segment.changed': {
      const segment = frame.data as Segment;
      return { ...live, segments: { ...live.segments, [segment.id]: segment } };
    }
    case 'segment.removed':
      return removeSegment(live, (frame.data as { id: string }).id);
    case 'conversation.changed': {
      const conversation = frame.data as Conversation;
      return { ...live, conversations: { ...live.conversations, [conversation.id]: conversation } };
    }
    case 'message.added':
      return addMessage(live, frame.data as Message);
    case 'call.changed': {
      const call = frame.data as Call;
      return { ...live, calls: { ...live.calls, [call.segmentId]: call } };
    }
    case 'draft.changed': {
      const draft = frame.data as Draft;
      return { ...live, drafts: { ...live.drafts, [draft.key]: draft } };
    }
    case 'typing': {
      const typing = frame.data as { conversationId: string; on: boolean; text?: string };
      const typists = without(live.typing, typing.conversationId);
      if (typing.on) typists[typing.conversationId] = { text: typing.text, until: now + TYPING_LASTS };
      return { ...live, typing: typists };
    }
    case 'config.changed':
      return { ...live, config: live.config + 1 };
    case 'session.ended':
      return { ...live, ended: frame.data as Live['ended'] };
    default:
      return live; // a newer server may say more
  }
}

// Who left the floor has no state there.
function onFloor(agent: AgentView): AgentView | null {
  return agent.state === 'signed_out' ? null : agent;
}

function fromSnapshot(live: Live, snapshot: Snapshot): Live {
  const messages: Record<string, Message[]> = {};
  for (const message of snapshot.messages) insert((messages[message.conversationId] ??= []), message);
  return {
    ...EMPTY,
    ready: true,
    config: live.config + 1, // settings may have changed while nobody listened
    agent: snapshot.agent && onFloor(snapshot.agent),
    offers: byKey(snapshot.offers, (offer) => offer.segmentId),
    segments: byKey(snapshot.segments, (segment) => segment.id),
    conversations: byKey(snapshot.conversations, (conversation) => conversation.id),
    messages,
    calls: byKey(snapshot.calls ?? [], (call) => call.segmentId),
    drafts: byKey(snapshot.drafts, (draft) => draft.key),
  };
}

// An accepted call goes on as a segment; of another nothing is left here.
function closeOffer(live: Live, { segmentId, cause }: { segmentId: string; cause: string }): Live {
  const offers = without(live.offers, segmentId);
  if (cause === 'accepted' || live.segments[segmentId]) return { ...live, offers };
  return { ...live, offers, calls: without(live.calls, segmentId) };
}

function removeSegment(before: Live, id: string): Live {
  const live = { ...before, calls: without(before.calls, id) };
  const segment = live.segments[id];
  const segments = without(live.segments, id);
  const conversation = segment?.conversationId;
  const stillShown = Object.values(segments).some((other) => other.conversationId === conversation);
  if (!conversation || stillShown) return { ...live, segments };
  return {
    ...live,
    segments,
    conversations: without(live.conversations, conversation),
    messages: without(live.messages, conversation),
    typing: without(live.typing, conversation),
  };
}

function addMessage(live: Live, message: Message): Live {
  const known = live.messages[message.conversationId] ?? [];
  if (known.some((other) => other.n === message.n)) return live;
  const list = [...known];
  insert(list, message);
  const typing =
    message.author.kind === 'customer' ? without(live.typing, message.conversationId) : live.typing;
  return { ...live, typing, messages: { ...live.messages, [message.conversationId]: list } };
}

/** Adds older messages that were fetched on scrolling up. */
export function withOlder(live: Live, conversationId: string, older: Message[]): Live {
  const known = live.messages[conversationId] ?? [];
  const there = new Set(known.map((message) => message.n));
  const list = [...older.filter((message) => !there.has(message.n)), ...known].sort((a, b) => a.n - b.n);
  return { ...live, messages: { ...live.messages, [conversationId]: list } };
}

// Nearly always the newest, so the search starts at the end.
function insert(list: Message[], message: Message): void {
  let at = list.length;
  while (at > 0 && (list[at - 1]?.n ?? 0) > message.n) at--;
  list.splice(at, 0, message);
}

function byKey<T>(list: T[], key: (one: T) => string): Record<string, T> {
  return Object.fromEntries(list.map((one) => [key(one), one]));
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}
