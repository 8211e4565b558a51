// The parts of the widget that need no server and no page.

import { describe, expect, test } from 'vitest';
import { Backoff } from '../src/backoff';
import { contrast, palette, parse } from '../src/colour';
import { humanSize, refusal } from '../src/files';
import { Keep } from '../src/keep';
import { pieces } from '../src/links';
import { newId, Outbox } from '../src/outbox';
import type { Config, Conversation, Frame, Message } from '../src/protocol';
import { apply, emptyRoom } from '../src/room';
import { place } from '../src/stream';
import { en, ru, speaker, wishes } from '../src/texts';

class Shelf implements Storage {
  readonly map = new Map<string, string>();
  full = false;
  get length() {
    return this.map.size;
  }
  key(i: number) {
    return [...this.map.keys()][i] ?? null;
  }
  getItem(k: string) {
    return this.map.get(k) ?? null;
  }
  setItem(k: string, v: string) {
    if (this.full) throw new DOMException('full', 'QuotaExceededError');
    this.map.set(k, v);
  }
  removeItem(k: string) {
    this.map.delete(k);
  }
  clear() {
    this.map.clear();
  }
}

describe('outbox', () => {
  test('[C-21/reload] what was sent is there for the next page, in its order', () => {
    const shelf = new Shelf();
    const box = new Outbox(new Keep('k', shelf));
    for (const text of ['one', 'two', 'three']) box.add({ clientId: newId(), text });
    const again = new Outbox(new Keep('k', shelf));
    expect(again.list().map((e) => e.text)).toEqual(['one', 'two', 'three']);
    const first = again.next();
    again.remove(first?.clientId ?? '');
    expect(box.list().map((e) => e.text)).toEqual(['two', 'three']);
  });

  test('[C-21/order] a clock that is set back does not change the order', () => {
    let now = 5000;
    const box = new Outbox(new Keep('k', new Shelf()), () => now);
    for (const text of ['a', 'b', 'c', 'd']) {
      box.add({ clientId: newId(), text });
      now -= 1000;
    }
    expect(box.list().map((e) => e.text)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('[C-21/tabs] two tabs of one visitor never overwrite one another', () => {
    const shelf = new Shelf();
    const [left, right] = [new Outbox(new Keep('k', shelf)), new Outbox(new Keep('k', shelf))];
    left.add({ clientId: 'l1', text: '1' });
    right.add({ clientId: 'r1', text: '2' });
    left.add({ clientId: 'l2', text: '3' });
    right.remove('l1');
    expect(left.list().map((e) => e.clientId)).toEqual(['r1', 'l2']);
  });

  test('[C-21/storage] a full or forbidden storage keeps them in memory', () => {
    const shelf = new Shelf();
    shelf.full = true;
    const box = new Outbox(new Keep('k', shelf));
    box.add({ clientId: 'x', text: 'kept' });
    expect(box.next()?.text).toBe('kept');
    expect(new Outbox(new Keep('k', null)).next()).toBeUndefined();
  });

  test('a refused entry waits for the customer and does not hold up the others', () => {
    const box = new Outbox(new Keep('k', new Shelf()));
    box.add({ clientId: 'a', text: 'a' });
    box.add({ clientId: 'b', text: 'b' });
    box.fail('a', 'too long');
    expect(box.next()?.clientId).toBe('b');
    box.retry('a');
    expect(box.next()?.clientId).toBe('a');
  });
});

describe('room', () => {
  const conversation: Conversation = { id: 'c', state: 'active', agentReadN: 0, deliveredN: 0, lastN: 0 };
  const message = (n: number, conversationId = 'c'): Message => ({
    conversationId,
    n,
    id: `m${n}`,
    author: { kind: 'agent' },
    kind: 'text',
    text: String(n),
    at: n,
  });
  const added = (n: number, c?: string): Frame => ({ type: 'message.added', data: message(n, c) });

  test('[C-21/order] messages stand by number, once, in whatever order they come', () => {
    let room = apply(emptyRoom, { type: 'snapshot', data: { conversation, messages: [message(2)] } });
    for (const n of [4, 1, 4, 3, 2]) room = apply(room, added(n));
    room = apply(room, added(9, 'another'));
    expect(room.messages.map((m) => m.n)).toEqual([1, 2, 3, 4]);
  });

  test('[C-21/restart] a snapshot joins what is there; of another conversation it replaces it', () => {
    const old = { conversation, messages: [message(1), message(2)] };
    const same = apply(old, { type: 'snapshot', data: { conversation, messages: [message(2), message(3)] } });
    expect(same.messages.map((m) => m.n)).toEqual([1, 2, 3]);
    const other = { ...conversation, id: 'd' };
    const fresh = apply(old, {
      type: 'snapshot',
      data: { conversation: other, messages: [message(1, 'd')] },
    });
    expect(fresh.messages).toHaveLength(1);
    expect(fresh.conversation?.id).toBe('d');
  });
});

test('[C-20/position] the place in the queue comes by itself, stays with other news, and goes with the wait', () => {
  const waits: Conversation = { id: 'c', state: 'waiting', agentReadN: 0, deliveredN: 0, lastN: 0 };
  const changed = (c: Conversation): Frame => ({ type: 'conversation.changed', data: c });
  const at = (position: number, conversationId = 'c'): Frame => ({
    type: 'position',
    data: { conversationId, position },
  });
  let room = apply(emptyRoom, { type: 'snapshot', data: { conversation: waits, messages: [] } });
  for (const f of [at(3), at(9, 'another'), changed({ ...waits, lastN: 1 })]) room = apply(room, f);
  expect(room.conversation).toMatchObject({ position: 3, lastN: 1 });
  room = apply(room, changed({ ...waits, state: 'active' }));
  expect(apply(room, at(1)).conversation?.position).toBeUndefined();
});

test('[C-21/resume] a frame is next, old, behind a hole, or of another life of the server', () => {
  const at = { epoch: 'e', seq: 10 };
  const frame = (epoch: string, seq: number, prev: number): Frame => ({
    epoch,
    seq,
    prev,
    type: 'message.added',
    data: {} as Message,
  });
  expect(place(at, frame('e', 15, 10))).toBe('next');
  expect(place(at, frame('e', 15, 7))).toBe('next');
  expect(place(at, frame('e', 10, 7))).toBe('old');
  expect(place(at, frame('e', 20, 15))).toBe('hole');
  expect(place(at, frame('f', 11, 10))).toBe('strange');
  expect(place(at, { type: 'pong' })).toBe('next');
  const snapshot: Frame = {
    epoch: 'f',
    seq: 3,
    type: 'snapshot',
    data: { conversation: null, messages: [] },
  };
  expect(place(at, snapshot)).toBe('next');
});

test('[C-21/network] waits grow to half a minute and are never all alike', () => {
  const none = new Backoff(() => 0);
  const most = new Backoff(() => 1);
  const waits = (b: Backoff) => Array.from({ length: 8 }, () => b.next());
  expect(waits(none)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15000, 15000]);
  expect(waits(most)).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  most.reset();
  expect(most.next()).toBe(500);
});

describe('links', () => {
  const hrefs = (text: string) => pieces(text).flatMap((p) => p.href ?? []);
  test('[C-6/links] only http and https, without what the sentence adds', () => {
    expect(hrefs('см. https://ромашка.рф/чай?x=1, и (http://a.b/c_(d)).')).toEqual([
      'https://ромашка.рф/чай?x=1',
      'http://a.b/c_(d)',
    ]);
    expect(hrefs('javascript:alert(1) ftp://x data:text/html,x www.x.y')).toEqual([]);
    expect(hrefs('<a href="https://evil.example">x</a>')).toEqual(['https://evil.example']);
    expect(hrefs('http://')).toEqual([]);
  });
  test('nothing of the text is lost', () => {
    const text = 'a <b> https://x.y/z. \n«https://q.w»';
    expect(
      pieces(text)
        .map((p) => p.text)
        .join(''),
    ).toBe(text);
  });
});

test('[C-20/look] whatever the colour of the entry, text on it and in it can be read', () => {
  for (const color of [
    '#ffffff',
    '#ffe600',
    '#0f766e',
    '#000',
    '#7fc8a9',
    '#888888',
    '#ff0055',
    'nonsense',
  ]) {
    for (const ground of ['#ffffff', '#1b2027']) {
      const p = palette(color, '#ffffff', ground);
      const rgb = (name: string) => parse(p[name]) ?? [0, 0, 0];
      expect(contrast(rgb('--brand'), rgb('--on-brand')), color).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rgb('--ink'), parse(ground) ?? [0, 0, 0]), color).toBeGreaterThanOrEqual(4.5);
    }
  }
});

describe('words', () => {
  test('[C-20/languages] every language has every text, with the same places to fill', () => {
    const places = (s: string) => [...s.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
    expect(Object.keys(ru).sort()).toEqual(Object.keys(en).sort());
    for (const key of Object.keys(en) as (keyof typeof en)[])
      expect(places(ru[key]), key).toEqual(places(en[key]));
  });
  test('[C-20/texts] the entry may say it in its own words', () => {
    expect(speaker('ru-RU', { title: 'Ромашка' })('title')).toBe('Ромашка');
    expect(speaker('ru-RU')('position', { n: 3 })).toBe('Место в очереди: 3');
    expect(speaker('xx')('send')).toBe('Send');
  });
  test('[C-20/languages] asked for: the tag, then the page, then the browser', () => {
    expect(wishes('en', 'ru', ['ru-RU', 'en'])).toEqual(['en', 'ru', 'ru-RU']);
    expect(wishes(undefined, '', ['de'])).toEqual(['de']);
  });
});

test('[C-11/refused] a file that is too large or of a wrong type is refused with the reason', () => {
  const say = speaker('ru');
  const config = { lang: 'ru', maxFileBytes: 2048, fileTypes: ['.pdf', 'image/*'] } as Config;
  const file = (name: string, size: number, type = '') => new File([new Uint8Array(size)], name, { type });
  expect(refusal(file('a.pdf', 2048), config, say)).toBeUndefined();
  expect(refusal(file('a.PDF', 10), config, say)).toBeUndefined();
  expect(refusal(file('a.webp', 10, 'image/webp'), config, say)).toBeUndefined();
  expect(refusal(file('a.pdf', 2049), config, say)).toMatch(/^Файл больше 2\s[кК]Б$/);
  expect(refusal(file('a.exe', 10), config, say)).toBe('Такие файлы не принимаются');
  expect(humanSize(10 << 20, 'ru')).toMatch(/^10\sМБ$/);
});
