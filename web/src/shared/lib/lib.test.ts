import { afterEach, describe, expect, test, vi } from 'vitest';
import { forgetServerTime, learnServerTime, serverNow } from './clock';
import { clockTime, initials, isoSpan } from './format';
import { linkParts } from './links';
import { askLiveTab, useLiveTab, workHere } from './liveTab';
import { splitMatches } from './matches';

describe('times', () => {
  test('[D-1] spans read as a clock', () => {
    expect([0, 999, 61_000, 3_600_000, -5].map(clockTime)).toEqual([
      '00:00',
      '00:00',
      '01:01',
      '1:00:00',
      '00:00',
    ]);
    expect(isoSpan(3_661_000)).toBe('PT1H1M1S');
  });

  test('[S-7] the server’s clock is learnt from the quickest answer', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    learnServerTime(1_005_000, 999_000, 1_000_000); // 1 s on the way: may be half a second wrong
    learnServerTime(1_004_010, 999_990, 1_000_010); // 20 ms on the way
    learnServerTime(1_009_000, 998_000, 1_000_000);
    expect(serverNow()).toBe(1_004_010);
    vi.useRealTimers();
  });
  afterEach(forgetServerTime);
});

test('a person without a picture shows the first letters', () => {
  expect(['Анна Кузнецова', 'ольга', 'Jean van der Berg', ' ', '😀 x'].map(initials)).toEqual([
    'АК',
    'О',
    'JB',
    '?',
    '😀X',
  ]);
});

test('[V-8] matches are marked without regard to case', () => {
  const marked = (text: string, search: string) =>
    splitMatches(text, search)
      .map((part) => (part.match ? `[${part.text}]` : part.text))
      .join('');
  expect(marked('Анна Кузнецова', 'куз')).toBe('Анна [Куз]нецова');
  expect(marked('аАа', 'а')).toBe('[а][А][а]');
  expect(marked('Анна', '')).toBe('Анна');
  expect(marked('Пётр (Котов)', 'петр (')).toBe('[Пётр] [(]Котов)');
});

test('[C-6] addresses become links, and nothing else does', () => {
  const links = (text: string) =>
    linkParts(text)
      .filter((part) => part.href)
      .map((part) => part.href);
  expect(links('см. https://shop.example/a?b=1, и http://x.y!')).toEqual([
    'https://shop.example/a?b=1',
    'http://x.y',
  ]);
  expect(links('javascript:alert(1) www.x.y data:text/html,x')).toEqual([]);
  const text = 'a https://b.c «https://d.e»';
  expect(
    linkParts(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});

/** The browser's locks, as far as one name goes. */
function fakeLocks() {
  let end: ((reason: unknown) => void) | undefined;
  return {
    request: (_name: string, options: LockOptions, grant: (lock: object | null) => unknown) =>
      new Promise((resolve, reject) => {
        if (end && options.ifAvailable) return resolve(grant(null));
        end?.(new DOMException('stolen', 'AbortError'));
        end = reject;
        Promise.resolve(grant({})).then(resolve);
      }),
  };
}

test('[A-3] one live tab: the second one offers to take over, and the first one hears of it', async () => {
  vi.stubGlobal('navigator', { locks: fakeLocks() });
  await askLiveTab();
  expect(useLiveTab.getState().status).toBe('live');
  await askLiveTab();
  expect(useLiveTab.getState().status).toBe('live'); // its own place is not taken from it
  useLiveTab.setState({ status: 'asking' }); // from here on the page stands for a second tab
  await askLiveTab();
  expect(useLiveTab.getState().status).toBe('elsewhere');
  const seen: string[] = [];
  const forget = useLiveTab.subscribe(({ status }) => seen.push(status));
  await workHere();
  await Promise.resolve();
  // Both tabs share this page here: the new one goes live, the old one is told.
  expect(seen).toContain('live');
  expect(seen).toContain('elsewhere');
  forget();
  vi.unstubAllGlobals();
});
