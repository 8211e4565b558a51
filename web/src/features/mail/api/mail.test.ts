import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { howMany, isChosen, NOTHING, serviceOf, slPart, span, stillThere, toggled, upTo } from './choice';
import { seldom } from './news';
import { moved, type QueueRow, throughout } from './queue';
import { changeView, useViews } from './view';

const row = (segmentId: string, serviceId = 's1') => ({ segmentId, serviceId }) as QueueRow;
const rows = [row('a'), row('b'), row('c', 's2')];

describe('choosing mails', () => {
  test('[E-13/all] a choice too large for one request goes on where the server stopped', async () => {
    const asked: (string | undefined)[] = [];
    const sum = await throughout({ all: { place: 'team' } }, ({ after }) => {
      asked.push(after);
      const refusedBy = { taken: 1, gone: 0, not_yours: 0, other: 2 };
      return Promise.resolve({ ...moved(1000), refusedBy, next: asked.length < 3 ? `a${asked.length}` : '' });
    });
    expect(asked).toEqual([undefined, 'a1', 'a2']);
    expect(sum).toMatchObject({ done: 3000, refusedBy: { taken: 3, other: 6 }, next: '' });
  });

  test('[E-13/desk] one, several, a range, all; taking one out of all leaves the page’s others', () => {
    const one = toggled(NOTHING, 'b', rows);
    expect(isChosen(one, 'b')).toBe(true);
    expect(howMany(toggled(one, 'b', rows), 3)).toBe(0);
    expect(howMany(upTo(one, 'c', 'a', rows), 3)).toBe(3);
    expect(howMany({ all: true }, 250)).toBe(250);
    const without = toggled({ all: true }, 'a', rows);
    expect([isChosen(without, 'a'), isChosen(without, 'b'), howMany(without, 250)]).toEqual([false, true, 2]);
  });

  test('[E-13/desk] what left the page is not acted on', () => {
    const two = upTo(NOTHING, 'a', 'b', rows);
    expect(howMany(stillThere(two, [row('b')]), 1)).toBe(1);
    expect(stillThere(two, rows)).toBe(two);
  });

  test('[E-13/desk] dispositions are of one service: none where the chosen mails have several', () => {
    expect(serviceOf(upTo(NOTHING, 'a', 'b', rows), rows, 3, '')).toBe('s1');
    expect(serviceOf({ all: true }, rows, 3, '')).toBe('');
    expect(serviceOf({ all: true }, rows, 250, '')).toBe('');
    expect(serviceOf({ all: true }, rows, 250, 's2')).toBe('s2');
    expect(serviceOf(NOTHING, rows, 3, '')).toBe('');
  });
});

test('[E-11/desk] the service level fills up to its threshold and not over it; an answered mail has none', () => {
  expect(slPart({ slFromAt: 1000, slDueAt: 2000 }, 1500)).toBe(0.5);
  expect(slPart({ slFromAt: 1000, slDueAt: 2000 }, 9000)).toBe(1);
  expect(slPart({ slFromAt: 1000, slDueAt: 2000 }, 500)).toBe(0);
  expect(slPart({ slFromAt: 0, slDueAt: 2000 }, 500)).toBeUndefined();
  expect(slPart({ slFromAt: 1000, slDueAt: 0 }, 500)).toBeUndefined();
});

test('[E-15] a page says from–to; another filter or order begins at the first page', () => {
  expect(span(100, 34)).toEqual({ from: 101, to: 134 });
  expect(span(0, 0)).toEqual({ from: 0, to: 0 });
  changeView({ offset: 200 });
  expect(useViews.getState().views.team.offset).toBe(200);
  changeView({ sort: 'subject' });
  expect(useViews.getState().views.team).toMatchObject({ sort: 'subject', offset: 0 });
});

test('[E-17/desk] one’s own queue is ordered by the service level until another order is chosen', () => {
  expect(useViews.getState().views.personal.sort).toBe('sl');
});

describe('notices of a queue', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  test('[E-10/desk] the first is followed at once, a storm once a second, and the last is not lost', () => {
    const perform = vi.fn();
    const { call, stop } = seldom(perform, 1000);
    for (let at = 0; at < 50; at++) call();
    expect(perform).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(perform).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(5000);
    expect(perform).toHaveBeenCalledTimes(2);
    call();
    expect(perform).toHaveBeenCalledTimes(3);
    stop();
  });
});
