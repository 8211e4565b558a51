// The whole client without its interface, against a server that speaks the
// protocol and misbehaves on demand. A new Session on the same storage is what
// a reload or a further page is to the visitor.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Session } from '../src/session';
import { hasConversation, isOver, shown, unread } from '../src/state';
import { Mock } from './mock';

const mock = new Mock();
const rang = vi.fn();
let pages: Session[] = [];

function page(): Session {
  const s = new Session({ base: mock.base, key: 'k' }, rang);
  pages.push(s);
  s.begin();
  return s;
}

/** The page is gone: nothing of it works any more. */
function leave(s: Session): void {
  s.pause();
  pages = pages.filter((p) => p !== s);
}

const until = (f: () => void) => vi.waitFor(f, { timeout: 8000, interval: 10 });
const texts = (s: Session) => shown(s.state).messages.map((m) => m.text);
const sentTexts = () => mock.messages.filter((m) => m.author.kind === 'customer').map((m) => m.text);

beforeEach(async () => {
  localStorage.clear();
  sessionStorage.clear();
  await new Promise<void>((done) => {
    const gone = globalThis.indexedDB?.deleteDatabase('parley-widget');
    if (!gone) return done();
    gone.onsuccess = gone.onerror = gone.onblocked = () => done();
  });
  Object.assign(mock, new Mock());
  await mock.start();
  rang.mockClear();
});

afterEach(async () => {
  for (const p of pages) p.pause();
  pages = [];
  await mock.stop();
});

async function talking(): Promise<Session> {
  const s = page();
  s.send('Здравствуйте');
  await until(() => expect(s.state.room.messages).toHaveLength(1));
  await until(() => expect(mock.lines).toBe(1));
  mock.agentJoins('Анна');
  await until(() => expect(s.state.room.conversation?.state).toBe('active'));
  return s;
}

describe('a conversation', () => {
  test('[C-6] both sides write, type and see marks of delivery and reading', async () => {
    const s = await talking();
    s.setOpen(true);
    mock.types(true);
    await until(() => expect(s.state.typing?.who).toBe('Анна'));
    mock.says('Чем помочь?');
    await until(() => expect(texts(s)).toContain('Чем помочь?'));
    expect(s.state.typing).toBeNull();
    expect(rang).toHaveBeenCalled();
    s.write('Где зак');
    await until(() => expect(mock.typed).toContainEqual({ on: true, text: undefined }));
    s.send('Где заказ?');
    await until(() => expect(sentTexts()).toEqual(['Здравствуйте', 'Где заказ?']));
    await until(() => expect(mock.typed.at(-1)?.on).toBe(false));
    mock.change({ deliveredN: 4, agentReadN: 4 });
    await until(() => expect(s.state.room.conversation?.agentReadN).toBe(4));
    await until(() => expect(mock.log.some((l) => l.startsWith('POST /read'))).toBe(true));
  });

  test('[C-6/preview] what is being typed goes out only where the service says so', async () => {
    mock.config = { ...mock.config, previewUnsent: true };
    const s = await talking();
    await until(() => expect(s.state.config?.previewUnsent).toBe(true));
    s.write('секрет');
    await until(() => expect(mock.typed.at(-1)?.text).toBe('секрет'));
  });

  test('[C-20/unread] messages to a closed panel are counted until it opens', async () => {
    const s = await talking();
    mock.says('1');
    mock.says('2');
    await until(() => expect(unread(s.state)).toBe(2));
    s.setOpen(true);
    expect(unread(s.state)).toBe(0);
    await until(() => expect(mock.conversation?.customerReadN).toBe(4));
  });

  test('[C-14] either side ends; what is written after it comes back into the field', async () => {
    const s = await talking();
    mock.change({ state: 'ended' });
    mock.event('ended', { by: 'agent' });
    await until(() => expect(isOver(s.state)).toBe(true));
    s.newChat();
    s.send('Ещё вопрос');
    await until(() => expect(sentTexts()).toEqual(['Ещё вопрос']));
    await s.end();
    await until(() => expect(isOver(s.state)).toBe(true));

    mock.change({ state: 'active' });
    await until(() => expect(hasConversation(s.state)).toBe(true));
    mock.refuse['/messages'] = { status: 409, code: 'PAR-5005', detail: 'Беседа завершена' };
    s.send('Поздно');
    await until(() => expect(s.state.draft).toBe('Поздно'));
    expect(s.state.outbox).toEqual([]);
  });

  test('[C-20/prechat] a refused form brings the customer back to it with everything written', async () => {
    const s = page();
    await until(() => expect(s.state.config).not.toBeNull());
    mock.refuse['/conversations'] = {
      status: 422,
      code: 'PAR-0001',
      field: 'email',
      detail: 'Не похоже на адрес',
    };
    s.start('Вопрос', { name: 'Ольга', email: 'x' });
    await until(() => expect(s.state.formErrors.email).toBe('Не похоже на адрес'));
    expect(s.state.draft).toBe('Вопрос');
    expect(s.form().name).toBe('Ольга');
    s.start('Вопрос', { name: 'Ольга', email: 'x@y.z' });
    await until(() => expect(sentTexts()).toEqual(['Вопрос']));
    expect(mock.log.some((l) => l.includes('"email":"x@y.z"'))).toBe(true);
  });

  test('[C-20/offline] a message for later is kept, once, however often it is sent', async () => {
    const s = page();
    mock.loseAnswers = 2; // the visitor's token, then the answer to the form
    expect(await s.leaveOffline('id1', 'Перезвоните', { email: 'a@b.c' })).toBe(false);
    expect(s.state.formErrors['*']).toBeTruthy();
    expect(await s.leaveOffline('id1', 'Перезвоните', { email: 'a@b.c' })).toBe(false);
    expect(await s.leaveOffline('id1', 'Перезвоните', { email: 'a@b.c' })).toBe(true);
    expect(sentTexts()).toEqual(['Перезвоните']);
    expect(s.state.room.conversation?.state).toBe('kept');
  });

  test('a text the server refuses stays visible with the reason', async () => {
    const s = await talking();
    mock.refuse['/messages'] = { status: 422, code: 'PAR-5007', detail: 'Слишком длинное' };
    s.send('длинное');
    await until(() => expect(s.state.outbox[0]?.failed).toBe('Слишком длинное'));
    s.send('короткое');
    await until(() => expect(sentTexts()).toContain('короткое'));
    s.retrySend(s.state.outbox[0]?.clientId ?? '');
    await until(() => expect(sentTexts()).toContain('длинное'));
    await until(() => expect(s.state.outbox).toEqual([]));
  });
});

describe('survives', () => {
  test('[C-21/reload] the page may go in the middle of sending', async () => {
    const s = await talking();
    await mock.stop();
    for (const t of ['раз', 'два', 'три']) s.send(t);
    s.write('черновик');
    leave(s);
    const next = page();
    expect(shown(next.state).waiting.map((e) => e.text)).toEqual(['раз', 'два', 'три']);
    expect(next.state.draft).toBe('черновик');
    await mock.start();
    await until(() => expect(sentTexts()).toEqual(['Здравствуйте', 'раз', 'два', 'три']));
    await until(() => expect(texts(next).filter(Boolean)).toEqual(['Здравствуйте', 'раз', 'два', 'три']));
    expect(next.state.outbox).toEqual([]);
  });

  test('[C-21/reload] the very first message may be on its way', async () => {
    mock.loseAnswers = 1;
    const s = page();
    s.start('Первое', { name: 'Олег' });
    s.send('Второе');
    leave(s);
    const next = page();
    await until(() => expect(sentTexts()).toEqual(['Первое', 'Второе']));
    await until(() => expect(next.state.outbox).toEqual([]));
    expect(mock.log.filter((l) => l.startsWith('POST /conversations')).length).toBeGreaterThan(0);
  });

  test('[C-21/network] lost answers double nothing, lost lines lose nothing', async () => {
    const s = await talking();
    mock.loseAnswers = 3;
    for (let i = 0; i < 6; i++) s.send(`m${i}`);
    mock.cut();
    mock.says('пока не было связи');
    await until(() => expect(sentTexts()).toEqual(['Здравствуйте', 'm0', 'm1', 'm2', 'm3', 'm4', 'm5']));
    await until(() => expect(texts(s)).toContain('пока не было связи'));
    await until(() => expect(shown(s.state).waiting).toEqual([]));
    const ns = s.state.room.messages.map((m) => m.n);
    expect(ns).toEqual([...ns].sort((a, b) => a - b));
    expect(new Set(ns).size).toBe(ns.length);
    expect(ns.length).toBe(mock.messages.length);
  });

  test('[C-21/restart] another process with other numbers: the same conversation', async () => {
    const s = await talking();
    const before = texts(s);
    await mock.restart();
    mock.says('после перезапуска');
    s.send('я тоже тут');
    await until(() => expect(texts(s)).toContain('после перезапуска'));
    await until(() => expect(sentTexts()).toContain('я тоже тут'));
    expect(texts(s).slice(0, before.length)).toEqual(before);
    expect(s.state.room.messages.map((m) => m.n)).toEqual(mock.messages.map((m) => m.n));
  });

  test('[C-21/polling] sockets that are blocked: the same by long polling', async () => {
    mock.socketsBlocked = true;
    const s = page();
    s.send('Здравствуйте');
    await until(() => expect(mock.log.some((l) => l.startsWith('GET /events'))).toBe(true));
    await until(() => expect(s.state.link).toBe('up'));
    mock.agentJoins('Анна');
    mock.says('Слушаю');
    await until(() => expect(texts(s)).toContain('Слушаю'));
    s.send('Ура');
    await until(() => expect(sentTexts()).toEqual(['Здравствуйте', 'Ура']));
    await mock.restart();
    mock.says('снова тут');
    await until(() => expect(texts(s)).toContain('снова тут'));
  });

  test('[C-21/tabs] two tabs show the same and send in one order', async () => {
    const left = await talking();
    const right = page();
    await until(() => expect(right.state.room.messages.length).toBe(mock.messages.length));
    left.send('из левой');
    await until(() => expect(texts(right)).toContain('из левой'));
    right.send('из правой');
    await until(() => expect(texts(left)).toContain('из правой'));
    left.write('общий черновик');
    await until(() => expect(right.state.draft).toBe('общий черновик'));
    mock.says('ответ');
    await until(() => expect(unread(right.state)).toBe(1));
    left.setOpen(true);
    await until(() => expect(unread(right.state)).toBe(0));
    expect(sentTexts()).toEqual(['Здравствуйте', 'из левой', 'из правой']);
  });

  test('[C-21/tabs] a chat begun in one tab goes on in another that was open', async () => {
    const left = page();
    const right = page();
    await until(() => expect(right.state.config).not.toBeNull());
    left.send('начал слева');
    await until(() => expect(texts(right)).toEqual(['начал слева']));
    right.send('продолжил справа');
    await until(() => expect(sentTexts()).toEqual(['начал слева', 'продолжил справа']));
  });

  test('[C-21/token] a server that forgot the visitor gets the texts under a new one', async () => {
    const s = await talking();
    mock.tokens.clear();
    mock.conversation = null;
    mock.messages = [];
    mock.cut();
    s.send('после забвения');
    await until(() => expect(sentTexts()).toEqual(['после забвения']));
    await until(() => expect(texts(s)).toEqual(['после забвения']));
  });
});

describe('the page', () => {
  test('[C-6/page] the address the customer writes from follows without a reload', async () => {
    const s = await talking();
    expect(hasConversation(s.state)).toBe(true);
    history.pushState({}, '', '#/catalogue');
    document.title = 'Каталог';
    await until(() =>
      expect(mock.log.some((l) => l.startsWith('POST /page') && l.includes('Каталог'))).toBe(true),
    );
  });
});

describe('files', () => {
  test('[C-11] a file goes up and stands in the conversation; a refused one says why', async () => {
    const s = await talking();
    s.sendFiles([new File(['%PDF-1.7'], 'счёт.pdf', { type: 'application/pdf' })]);
    await until(() => expect(mock.stored.size).toBe(1));
    await until(() => expect(s.state.room.messages.at(-1)?.file?.name).toBe('счёт.pdf'));
    expect(s.state.sending).toEqual([]);

    s.sendFiles([new File(['MZ'], 'вирус.exe')]);
    expect(s.state.sending[0]?.failed).toBe('Такие файлы не принимаются');
    mock.refuse['/files'] = { status: 415, code: 'PAR-5002', detail: 'Содержимое не PDF' };
    s.sendFiles([new File(['нет'], 'x.pdf')]);
    await until(() => expect(s.state.sending[1]?.failed).toBe('Содержимое не PDF'));
    for (const f of s.state.sending) s.remove(f.clientId);
    expect(s.state.sending).toEqual([]);
    expect(mock.stored.size).toBe(1);
  });
});
