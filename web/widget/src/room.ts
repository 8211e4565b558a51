// One conversation as the widget shows it, and how the stream changes it. Pure:
// messages stand by their number, once, whatever order or however often they come.

import type { Conversation, Frame, Message } from './protocol';

export interface Room {
  conversation: Conversation | null;
  messages: Message[];
}

export const emptyRoom: Room = { conversation: null, messages: [] };

export function apply(room: Room, frame: Frame): Room {
  const was = room.conversation;
  switch (frame.type) {
    case 'snapshot': {
      const { conversation, messages } = frame.data;
      const same = !!conversation && conversation.id === was?.id;
      return { conversation, messages: merge(same ? room.messages : [], messages ?? []) };
    }
    case 'message.added':
      return withMessages(room, [frame.data]);
    case 'conversation.changed':
      if (was && was.id !== frame.data.id) return room;
      // Kept frames don't carry the place in the queue: it stays until another comes or the wait is over.
      return {
        ...room,
        conversation:
          frame.data.state === 'waiting' ? { position: was?.position, ...frame.data } : frame.data,
      };
    case 'position':
      return was?.state === 'waiting' && was.id === frame.data.conversationId
        ? { ...room, conversation: { ...was, position: frame.data.position } }
        : room;
    default:
      return room;
  }
}

export function withMessages(room: Room, more: Message[]): Room {
  const mine = more.filter((m) => m.conversationId === room.conversation?.id);
  return mine.length ? { ...room, messages: merge(room.messages, mine) } : room;
}

export function isLive(c: Conversation | null): boolean {
  return !!c && c.state !== 'ended';
}

function merge(old: Message[], more: Message[]): Message[] {
  const byN = new Map(old.map((m) => [m.n, m]));
  for (const m of more) byN.set(m.n, m);
  return [...byN.values()].sort((a, b) => a.n - b.n);
}
