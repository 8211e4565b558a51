import { useEffect, useRef, useState } from 'react';
import { api, done } from '@/shared/api/client';
import { sounds } from '@/shared/api/team';
import { tick } from '@/shared/lib/sound';
import type { Conversation, Message } from '@/shared/live/entities';
import { useFocus } from '@/shared/live/focus';
import { addOlder, sendTyping, useLive } from '@/shared/live/live';

/** Marks what is on the screen as read, once it is really seen. */
export function useReading(conversation: Conversation | undefined, lastN: number, active: boolean): void {
  const visible = useVisible();
  const id = conversation?.id;
  const readN = conversation?.readN ?? 0;
  useEffect(() => {
    if (!id || !visible || !active || lastN <= readN) return;
    api.POST('/api/conversations/{id}/read', { params: { path: { id } }, body: { n: lastN } }).catch(() => {
      // Offline: the next message or the next look marks it.
    });
  }, [id, visible, active, lastN, readN]);
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const look = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return visible;
}

const PAGE = 100;

/** Fetches earlier messages; true when there are still more. */
export async function fetchOlder(conversationId: string, before: number): Promise<boolean> {
  const page = await done(
    api.GET('/api/conversations/{id}/messages', {
      params: { path: { id: conversationId }, query: { before, limit: PAGE } },
    }),
  );
  addOlder(conversationId, (page.items ?? []) as Message[]);
  return page.more;
}

const TYPING_EVERY = 3_000;
const TYPING_ENDS = 4_000;

/** Tells the customer that somebody writes, seldom enough, and that it has ended. */
export function useTypingNotice(conversationId: string): (writing: boolean) => void {
  const sentAt = useRef(0);
  const end = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(end.current), []);
  return (writing) => {
    clearTimeout(end.current);
    const stop = () => {
      if (sentAt.current) sendTyping(conversationId, false);
      sentAt.current = 0;
    };
    if (!writing) return stop();
    if (Date.now() - sentAt.current > TYPING_EVERY) {
      sendTyping(conversationId, true);
      sentAt.current = Date.now();
    }
    end.current = setTimeout(stop, TYPING_ENDS);
  };
}

/** A short sound for a customer's message that nobody looks at (C-5), where the team has it (M-3). */
export function useMessageSound(): void {
  useEffect(
    () =>
      useLive.subscribe((live, before) => {
        if (!before.ready) return;
        const focus = useFocus.getState().segmentId;
        const grown = Object.values(live.segments).some(
          (one) =>
            sounds(one.kind === 'email' ? 'email' : 'message') &&
            one.unread > (before.segments[one.id]?.unread ?? one.unread) &&
            (one.id !== focus || document.hidden),
        );
        if (grown) tick();
      }),
    [],
  );
}
