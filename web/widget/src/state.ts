// What the widget knows, and what follows from it for the screen.

import type { Sending } from './files';
import type { Keep } from './keep';
import type { Entry, Outbox } from './outbox';
import type { Config, Message, Typing } from './protocol';
import { emptyRoom, isLive, type Room } from './room';
import type { Link } from './stream';
import { type Say, speaker } from './texts';

export interface State {
  config: Config | null;
  open: boolean;
  /** The customer opened it on this page (it was not open already). */
  byHand: boolean;
  room: Room;
  /** More messages before the first one may exist. */
  older: boolean;
  outbox: Entry[];
  sending: Sending[];
  link: Link;
  typing: Typing | null;
  draft: string;
  readN: number;
  /** The customer wants a new chat after the ended one. */
  beginning: boolean;
  banned: boolean;
  /** A sentence above the field. */
  notice: string;
  formErrors: Record<string, string>;
  sound: boolean;
  /** The last thing to be spoken by a screen reader. */
  said: string;
}

/** What one tab tells the others. */
export type News = 'outbox' | 'visitor' | 'draft' | 'read';

export interface Settings {
  /** Origin of the server. */
  base: string;
  key: string;
  lang?: string;
}

/** The state, and who wants to know of its changes. */
export class Store {
  state: State;
  say: Say = speaker('en');
  readonly #listeners = new Set<() => void>();

  constructor(state: State) {
    this.state = state;
  }

  subscribe(f: () => void): () => void {
    this.#listeners.add(f);
    return () => this.#listeners.delete(f);
  }

  set(patch: Partial<State>): void {
    this.state = { ...this.state, ...patch };
    for (const f of this.#listeners) f();
  }
}

/** What a page starts with: what earlier pages left in the browser. */
export function first(keep: Keep, tab: Keep, outbox: Outbox): State {
  return {
    config: null,
    open: !!tab.get('open'),
    byHand: false,
    room: emptyRoom,
    older: false,
    outbox: outbox.list(),
    sending: [],
    link: 'idle',
    typing: null,
    draft: keep.get('draft') ?? '',
    readN: 0,
    beginning: false,
    banned: false,
    notice: '',
    formErrors: {},
    sound: keep.get('sound') !== '0',
    said: '',
  };
}

/** The first message of a conversation is still on the way. */
export function startPending(s: State): boolean {
  return s.outbox.some((e) => e.start);
}

/** Under way, or about to be. */
export function hasConversation(s: State): boolean {
  return isLive(s.room.conversation) || startPending(s);
}

/** The last conversation has ended and no other is under way. */
export function isOver(s: State): boolean {
  return !!s.room.conversation && !s.beginning && !hasConversation(s);
}

/** Something must be filled in before a conversation. */
export function asks({ config }: State): boolean {
  return !!(config?.preChat?.length || config?.consent || (config?.services?.length ?? 0) > 1);
}

/** Messages for the screen, and after them the texts that are on their way. */
export function shown(s: State): { messages: Message[]; waiting: Entry[] } {
  const messages = s.beginning || startPending(s) ? [] : s.room.messages;
  const there = new Set(messages.map((m) => m.clientId));
  return { messages, waiting: s.outbox.filter((e) => !there.has(e.clientId)) };
}

/** Messages for the customer that lie after the last one read. */
export function unread({ room, readN }: State): number {
  const n = Math.max(readN, room.conversation?.customerReadN ?? 0);
  return room.messages.filter((m) => m.n > n && m.author.kind !== 'customer' && m.kind !== 'event').length;
}
