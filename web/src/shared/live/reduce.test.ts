import { describe, expect, test } from 'vitest';
import type { Message, Segment } from './entities';
import { EMPTY, reduce, withOlder } from './reduce';

const snapshot = (data: object) => ({
  type: 'snapshot',
  epoch: 'e',
  seq: 1,
  data: {
    serverTime: 0,
    agent: null,
    offers: [],
    segments: [],
    conversations: [],
    messages: [],
    drafts: [],
    ...data,
  },
});
const message = (n: number, kind: Message['author']['kind'] = 'customer'): Message => ({
  conversationId: 'c',
  n,
  id: `m${n}`,
  author: { kind },
  kind: 'text',
  text: `${n}`,
  at: n,
  beforeAgent: false,
});
const added = (n: number) => ({ type: 'message.added', data: message(n) });
const segment = (id: string) =>
  ({ id, conversationId: 'c', kind: 'chat', abilities: [] }) as unknown as Segment;

describe('live state', () => {
  test('[B-2] the state depends on the frames, not on how they were batched', () => {
    const frames = [
      snapshot({ segments: [segment('s')], messages: [message(2), message(1)] }),
      added(3),
      { type: 'typing', data: { conversationId: 'c', on: true } },
      { type: 'offer.opened', data: { segmentId: 'o' } },
      added(4),
      { type: 'offer.closed', data: { segmentId: 'o' } },
    ];
    const atOnce = reduce(EMPTY, frames, 0);
    const oneByOne = frames.reduce((live, frame) => reduce(live, [frame], 0), EMPTY);
    expect(oneByOne).toEqual(atOnce);
    expect(atOnce.messages.c?.map((m) => m.n)).toEqual([1, 2, 3, 4]);
    expect(atOnce.offers).toEqual({});
    expect(atOnce.typing).toEqual({});
  });

  test('[C-21] a message that is known already changes nothing', () => {
    const live = reduce(EMPTY, [snapshot({ messages: [message(1)] }), added(2)], 0);
    expect(reduce(live, [added(2)], 0)).toBe(live);
  });

  test('[C-4] older messages go before what is shown, in their order', () => {
    const live = reduce(EMPTY, [snapshot({ messages: [message(5)] })], 0);
    expect(withOlder(live, 'c', [message(4), message(3), message(5)]).messages.c?.map((m) => m.n)).toEqual([
      3, 4, 5,
    ]);
  });

  test('[S-3] a finished contact takes its conversation along, unless another row still shows it', () => {
    const live = reduce(
      EMPTY,
      [snapshot({ segments: [segment('a'), segment('b')], messages: [message(1)] })],
      0,
    );
    const one = reduce(live, [{ type: 'segment.removed', data: { id: 'a' } }], 0);
    expect(one.messages.c).toHaveLength(1);
    const none = reduce(one, [{ type: 'segment.removed', data: { id: 'b' } }], 0);
    expect(none.messages).toEqual({});
  });

  test('[A-6] [V-2] a call belongs to its row: it comes with the snapshot and goes with the row', () => {
    const call = (segmentId: string) => ({ id: 'c', segmentId, muted: false });
    const live = reduce(
      EMPTY,
      [
        snapshot({ segments: [segment('a')], calls: [call('a')] }),
        { type: 'offer.opened', data: { segmentId: 'o' } },
        { type: 'call.changed', data: call('o') },
      ],
      0,
    );
    expect(Object.keys(live.calls)).toEqual(['a', 'o']);
    const missed = reduce(live, [{ type: 'offer.closed', data: { segmentId: 'o', cause: 'missed' } }], 0);
    expect(Object.keys(missed.calls)).toEqual(['a']);
    const accepted = reduce(live, [{ type: 'offer.closed', data: { segmentId: 'o', cause: 'accepted' } }], 0);
    expect(Object.keys(accepted.calls)).toEqual(['a', 'o']);
    expect(reduce(live, [{ type: 'segment.removed', data: { id: 'a' } }], 0).calls.a).toBeUndefined();
  });

  test('[X-4] a snapshot replaces everything', () => {
    const live = reduce(
      EMPTY,
      [snapshot({ segments: [segment('a')] }), { type: 'offer.opened', data: { segmentId: 'o' } }],
      0,
    );
    const next = reduce(live, [snapshot({})], 0);
    expect(next.segments).toEqual({});
    expect(next.offers).toEqual({});
    expect(next.config).toBeGreaterThan(live.config);
  });
});
