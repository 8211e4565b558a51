import { describe, expect, test } from 'vitest';
import type { Segment } from '@/shared/live/entities';
import { type DeskDisposition, proposal } from './outcome';

const disposition = (id: string, closesCase: boolean, spam = false) =>
  ({ id, name: id, closesCase, spam }) as DeskDisposition;
const answered = { id: 's', kind: 'email', state: 'ended', endReason: 'sent', dispositionId: '' } as Segment;
const usual = [disposition('solved', true), disposition('more', false), disposition('spam', true, true)];

describe('proposal', () => {
  test('[E-30/proposed] an answer sent to close proposes the one disposition that closes cases; spam is none', () => {
    expect(proposal(answered, usual)).toBe('solved');
  });

  test('[E-30/proposed] of several that close, or none, nothing is proposed', () => {
    expect(proposal(answered, [...usual, disposition('informed', true)])).toBe('');
    expect(proposal(answered, usual.slice(1))).toBe('');
  });

  test('[E-30/proposed] nothing for a mail closed without an answer, another kind, one that is in hand, or over a choice', () => {
    expect(proposal({ ...answered, endReason: 'closed' }, usual)).toBe('');
    expect(proposal({ ...answered, kind: 'chat' }, usual)).toBe('');
    expect(proposal({ ...answered, state: 'active' }, usual)).toBe('');
    expect(proposal({ ...answered, dispositionId: 'more' }, usual)).toBe('');
  });
});
