import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import type { Message } from '@/shared/live/entities';
import { failed } from '@/shared/ui/failed';
import type { Outgoing } from '../api/outbox';
import { fetchOlder } from '../api/reading';

/** Where a conversation was left (C-7), with the heights known by then; none: at its end. */
interface Place {
  offset: number;
  heights?: VirtualItem[];
}

const places = new Map<string, Place>();
const NEAR = 48; // px from the end
const AHEAD = 600; // px from the top: earlier messages are fetched before one gets there

/**
 * The lines of a conversation that are in sight. It stays at its end as it
 * grows, unless the person scrolled up, and earlier messages that come on top
 * move nothing that is read.
 */
export function useLines(conversationId: string, messages: Message[], outgoing: Outgoing[]) {
  const box = useRef<HTMLDivElement>(null);
  const [kept] = useState(() => places.get(conversationId));
  const [loading, setLoading] = useState(false);
  const [away, setAway] = useState(kept !== undefined);
  const exhausted = useRef(false);
  const firstN = messages[0]?.n ?? 0;

  const virtual = useVirtualizer({
    count: messages.length + outgoing.length,
    getScrollElement: () => box.current,
    // A message has one key from its sending on, so nothing jumps when it is confirmed.
    getItemKey: (index) => {
      const one = messages[index] ?? outgoing[index - messages.length];
      return one?.clientId || (one && 'n' in one ? one.n : index);
    },
    estimateSize: () => 56,
    overscan: 6,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR,
    initialOffset: kept?.offset,
    initialMeasurementsCache: kept?.heights,
  });

  // What this person sends is always seen.
  const sent = useRef(outgoing.length);
  useLayoutEffect(() => {
    if (outgoing.length > sent.current) virtual.scrollToEnd();
    sent.current = outgoing.length;
  }, [outgoing.length, virtual]);
  // Opened at its end; also when the box itself changes its height, as when the field below grows.
  useLayoutEffect(() => {
    if (!box.current) return undefined;
    if (!places.has(conversationId)) virtual.scrollToEnd();
    const watch = new ResizeObserver(() => {
      if (!places.has(conversationId)) virtual.scrollToEnd();
    });
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      const place = places.get(conversationId);
      if (place) place.heights = virtual.takeSnapshot();
    };
  }, [conversationId, virtual]);

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
    if (!box.current) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (atEnd) places.delete(conversationId);
    else places.set(conversationId, { offset: scrollTop });
    setAway(!atEnd);
    if (scrollTop < AHEAD) void older();
  };
  const toEnd = () => {
    places.delete(conversationId);
    virtual.scrollToEnd();
  };
  return {
    box,
    shown: virtual.getVirtualItems(),
    height: virtual.getTotalSize(),
    measure: virtual.measureElement,
    onScroll,
    loading,
    away,
    toEnd,
  };
}
