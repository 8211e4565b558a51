import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { Message } from '@/shared/live/entities';
import { failed } from '@/shared/ui/failed';
import { fetchOlder } from '../api/reading';

// Where each conversation was left (C-7); none: at its end.
const places = new Map<string, number>();
const NEAR = 48;

/** Keeps a conversation at its end as it grows, unless the person scrolled up, and fetches earlier messages. */
export function useScroll(conversationId: string, messages: Message[], outgoing: number) {
  const ref: RefObject<HTMLDivElement | null> = useRef(null);
  const [loading, setLoading] = useState(false);
  const [away, setAway] = useState(places.has(conversationId));
  const exhausted = useRef(false);
  const height = useRef(0);
  const firstN = messages[0]?.n ?? 0;
  const lastN = messages.at(-1)?.n ?? 0;
  const shown = useRef({ firstN, outgoing });

  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const kept = places.get(conversationId);
    const grewOnTop = firstN < shown.current.firstN;
    const sentMore = outgoing > shown.current.outgoing;
    if (grewOnTop) box.scrollTop += box.scrollHeight - height.current;
    else if (kept === undefined || sentMore) box.scrollTop = box.scrollHeight;
    else if (height.current === 0) box.scrollTop = kept;
    shown.current = { firstN, outgoing };
    height.current = box.scrollHeight;
  });
  // The box itself changes its height too, as when the field below grows.
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return undefined;
    const watch = new ResizeObserver(() => {
      if (!places.has(conversationId)) box.scrollTop = box.scrollHeight;
    });
    watch.observe(box);
    return () => watch.disconnect();
  }, [conversationId]);

  const older = async () => {
    if (loading || exhausted.current || firstN <= 1) return;
    setLoading(true);
    try {
      exhausted.current = !(await fetchOlder(conversationId, firstN));
    } catch (error) {
      failed(error);
    } finally {
      setLoading(false);
    }
  };
  const onScroll = () => {
    const box = ref.current;
    if (!box) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
    if (atEnd) places.delete(conversationId);
    else places.set(conversationId, box.scrollTop);
    setAway(!atEnd);
    if (box.scrollTop < NEAR) void older();
  };
  const toEnd = () => {
    places.delete(conversationId);
    ref.current?.scrollTo({ top: ref.current.scrollHeight });
  };
  return { ref, onScroll, loading, away, toEnd, lastN };
}
