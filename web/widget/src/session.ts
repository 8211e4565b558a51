// The visitor's side of the chat: what is on the screen and what the customer
// may do. One session per page; tabs of one visitor share the browser's memory
// (keep, outbox) and tell each other about changes.

import { Api, Refused } from './api';
import { Files, refusal } from './files';
import { currentPage, followPage } from './host';
import { Keep, storage } from './keep';
import { type Entry, newId, Outbox } from './outbox';
import type { Config, Frame, Message, Start, Typing } from './protocol';
import { apply, emptyRoom, isLive, type Room, withMessages } from './room';
import { Sender } from './sender';
import { first, hasConversation, type News, type Settings, type State } from './state';
import { type Link, Stream } from './stream';
import { type Say, speaker, wishes } from './texts';
import { Typist } from './typist';

const configAge = 30_000;
const typingShown = 8_000;

export class Session {
  state: State;
  say: Say = speaker('en');
  readonly api: Api;
  readonly #keep: Keep;
  /** Belongs to one tab and is gone with it. */
  readonly #tab: Keep;
  readonly #id = newId();
  readonly #outbox: Outbox;
  readonly #stream: Stream;
  readonly #files: Files;
  readonly #tabs: BroadcastChannel;
  readonly #listeners = new Set<() => void>();
  readonly #sender: Sender;
  readonly #typist: Typist;
  #configAt = 0;
  #paused = false;
  #typingHides: ReturnType<typeof setTimeout> | undefined;
  /** Told to the server since the line came up. */
  #readSent = 0;
  #reading: ReturnType<typeof setTimeout> | undefined;

  readonly #settings: Settings;
  readonly #rang: () => void;

  constructor(
    settings: Settings,
    /** Makes the sound of a new message. */
    rang: () => void,
  ) {
    this.#settings = settings;
    this.#rang = rang;

    const { base, key } = settings;
    this.#keep = new Keep(key, storage('localStorage'));
    this.#tab = new Keep(key, storage('sessionStorage'));
    this.#outbox = new Outbox(this.#keep);
    this.api = new Api(base, key);
    this.api.token = this.#keep.get('token') ?? '';
    this.#stream = new Stream(this.api, {
      frame: (f) => this.#onFrame(f),
      link: (link) => this.#onLink(link),
      gone: (why) => (why === 'token' ? this.#forget() : this.#set({ banned: true })),
    });
    this.#files = new Files(
      this.api,
      key,
      () => this.#set({ sending: this.#files.list }),
      (m) => this.#set({ room: withMessages(this.state.room, [m]) }),
    );
    this.#sender = new Sender(this.#outbox, {
      deliver: (e) => (e.start || !this.api.token ? this.#deliverStart(e) : this.#deliverText(e)),
      refused: (e, why) => this.#refused(e, why),
      changed: () => this.#outboxChanged(),
    });
    this.#typist = new Typist((u) => this.#stream.send(u));
    this.#tabs = new BroadcastChannel(`parley:${key}`);
    this.state = first(this.#keep, this.#tab, this.#outbox);
  }

  subscribe(f: () => void): () => void {
    this.#listeners.add(f);
    return () => this.#listeners.delete(f);
  }

  begin(): void {
    const kept = this.#tab.read<Config>('config');
    if (kept) this.#takeConfig(kept);
    void this.loadConfig();
    this.#resume();
    this.#tabs.onmessage = (e) => this.#onNews(e.data as News);
    followPage(() => {
      if (isLive(this.state.room.conversation)) this.api.page(currentPage()).catch(ignore);
    });
    window.addEventListener('online', () => this.#wake());
    // A page that goes may come back as it was; an open line would keep browsers from that.
    window.addEventListener('pagehide', () => this.pause());
    window.addEventListener('pageshow', (e) => e.persisted && this.#resume());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      this.#stream.nudge();
      this.#markRead();
      this.#seen();
    });
    this.#seen();
  }

  /** Nothing goes out or comes in any more. */
  pause(): void {
    this.#paused = true;
    this.#stream.stop();
    this.#sender.stop();
  }

  #resume(): void {
    this.#paused = false;
    if (this.api.token && this.#keep.get('live') !== '0') this.#stream.start();
    if (this.#outbox.next()) void this.#sender.drain();
  }

  // --- what the customer does ---

  setOpen(open: boolean): void {
    this.#tab.set('open', open ? '1' : '');
    this.#set({ open });
    if (!open) return;
    if (this.api.token && this.state.link === 'idle') this.#stream.start();
    if (Date.now() - this.#configAt > configAge) void this.loadConfig();
    this.#markRead();
  }

  write(draft: string): void {
    this.#keep.set('draft', draft);
    this.#set({ draft });
    this.#tell('draft');
    this.#typist.typed(draft, !!this.state.config?.previewUnsent);
  }

  /** The first message of a conversation, with the form that leads to it. */
  start(text: string, form: Record<string, string> = {}, serviceId?: string): void {
    this.#keep.write('form', { ...this.form(), ...form });
    this.#outbox.add({ clientId: newId(), text, start: { form, serviceId } });
    this.#set({ beginning: false, formErrors: {}, notice: '' });
    this.#afterSend();
  }

  send(text: string): void {
    if (!hasConversation(this.state)) {
      this.start(text);
      return;
    }
    this.#outbox.add({ clientId: newId(), text });
    this.#set({ notice: '' });
    this.#afterSend();
  }

  sendFiles(files: Iterable<File>): void {
    const { config } = this.state;
    if (!config || !isLive(this.state.room.conversation)) return;
    for (const f of files) {
      const why = refusal(f, config, this.say);
      if (why) this.#set({ said: `${f.name}: ${why}` });
      this.#files.add(f, why);
    }
  }

  retrySend(clientId: string): void {
    this.#outbox.retry(clientId);
    this.#outboxChanged();
    void this.#sender.drain();
  }

  remove(clientId: string): void {
    this.#outbox.remove(clientId);
    this.#files.remove(clientId);
    this.#outboxChanged();
  }

  async end(): Promise<void> {
    try {
      await this.api.end();
    } catch {
      this.#set({ notice: this.say('lost') });
    }
  }

  /** A message for later; true when the server has it. */
  async leaveOffline(clientId: string, text: string, form: Record<string, string>): Promise<boolean> {
    this.#keep.write('form', { ...this.form(), ...form });
    try {
      await this.#begin('offline', { clientId, form, text, page: currentPage(), lang: this.api.lang });
      return true;
    } catch (e) {
      const { field, detail } = e instanceof Refused ? e : { field: '', detail: '' };
      if (e instanceof Refused && e.status === 401) this.#forget();
      this.#set({ formErrors: { [field || '*']: detail || this.say('sendFailed') } });
      return false;
    }
  }

  newChat(): void {
    this.#set({ beginning: true, notice: '', formErrors: {} });
    void this.loadConfig();
  }

  toggleSound(): void {
    const sound = !this.state.sound;
    this.#keep.set('sound', sound ? '1' : '0');
    this.#set({ sound });
  }

  async loadOlder(): Promise<void> {
    const first = this.state.room.messages[0];
    if (!first) return;
    const answer = await this.api.older(first.n).catch(() => null);
    if (!answer) return;
    this.#set({ room: withMessages(this.state.room, answer.messages), older: !!answer.more });
  }

  async loadConfig(): Promise<void> {
    this.#configAt = Date.now();
    const { lang } = this.#settings;
    const ask = wishes(lang, document.documentElement.lang, navigator.languages);
    try {
      const config = await this.api.config(ask);
      this.#tab.write('config', config);
      this.#takeConfig(config);
    } catch {
      this.#configAt = 0;
    }
  }

  /** What the customer filled in last time. */
  form(): Record<string, string> {
    return this.#keep.read<Record<string, string>>('form') ?? {};
  }

  // --- what the server says ---

  #takeConfig(config: Config): void {
    this.api.lang = config.lang;
    this.say = speaker(config.lang, config.texts);
    this.#set({ config });
  }

  #onLink(link: Link): void {
    this.#set({ link });
    if (link === 'up') void this.#sender.drain();
    else {
      this.#readSent = 0;
      this.#set({ typing: null });
    }
  }

  #onFrame(f: Frame): void {
    if (f.type === 'typing') this.#showTyping(f.data);
    if (f.type === 'typing' || f.type === 'pong') return;
    const before = this.state.room;
    const room = apply(before, f);
    const patch: Partial<State> = { room };
    if (f.type === 'snapshot') {
      patch.readN = this.#readOf(room);
      patch.older = (room.messages[0]?.n ?? 1) > 1;
      if (room.conversation?.id !== before.conversation?.id) void this.#files.resume();
    }
    if (f.type === 'message.added' && room !== before) Object.assign(patch, this.#incoming(f.data));
    this.#set(patch);
    if (f.type !== 'conversation.changed') this.#markRead();
    this.#keep.set('live', isLive(room.conversation) ? '1' : '0');
    if (isLive(before.conversation) && !isLive(room.conversation)) void this.loadConfig();
  }

  #incoming(m: Message): Partial<State> {
    if (m.author.kind === 'customer') return {};
    this.#ring();
    const text = m.kind === 'file' ? m.file?.name : m.text;
    const said = m.kind === 'event' ? '' : `${m.author.name ?? ''}: ${text ?? ''}`;
    return { typing: null, ...(said ? { said } : {}) };
  }

  #showTyping(t: Typing): void {
    clearTimeout(this.#typingHides);
    this.#set({ typing: t.on ? t : null });
    if (t.on) this.#typingHides = setTimeout(() => this.#set({ typing: null }), typingShown);
  }

  // --- sending ---

  #afterSend(): void {
    this.#keep.drop('draft');
    this.#set({ draft: '' });
    this.#tell('draft');
    this.#typist.stop();
    this.#outboxChanged();
    void this.#sender.drain();
  }

  #deliverStart(e: Entry): Promise<void> {
    const { form = this.form(), serviceId } = e.start ?? {};
    const { clientId, text } = e;
    return this.#begin('start', {
      clientId,
      text,
      form,
      serviceId,
      page: currentPage(),
      lang: this.api.lang,
    });
  }

  async #begin(way: 'start' | 'offline', s: Start): Promise<void> {
    if (!this.api.token) {
      const { token } = await this.api.visitor();
      this.api.token = token;
      this.#keep.set('token', token);
    }
    const { conversation, message } = await this.api[way](s);
    this.#keep.set('live', '1');
    this.#set({
      room: withMessages({ conversation, messages: [] }, [message]),
      readN: 0,
      older: false,
      beginning: false,
      formErrors: {},
    });
    this.#stream.start(true);
    this.#tell('visitor');
  }

  async #deliverText(e: Entry): Promise<void> {
    const ack = await this.api.send(e.clientId, e.text);
    const { conversation } = this.state.room;
    if (!conversation) return; // the snapshot brings it
    const m: Message = {
      conversationId: conversation.id,
      ...ack,
      clientId: e.clientId,
      author: { kind: 'customer' },
      kind: 'text',
      text: e.text,
    };
    this.#set({ room: withMessages(this.state.room, [m]) });
  }

  #refused(e: Entry, why: Refused): void {
    if (why.status === 403) this.#set({ banned: true });
    if (why.status === 401) this.#forget();
    else if (e.start && (why.field || why.status === 409)) {
      // Back to the form (or the closed sign) with everything that was written.
      this.#outbox.remove(e.clientId);
      this.#giveBack(e.text);
      this.#set({
        formErrors: { [why.field || '*']: why.detail || this.say('sendFailed') },
        notice: why.detail,
        beginning: true,
      });
      void this.loadConfig();
    } else if (why.status === 409 || why.status === 404) {
      this.#outbox.remove(e.clientId);
      this.#giveBack(e.text);
      this.#set({ notice: why.code === 'PAR-5005' ? this.say('endedUnsent') : why.detail });
    } else {
      this.#outbox.fail(e.clientId, why.detail || this.say('failed'));
      this.#set({ said: `${this.say('failed')}. ${why.detail}` });
    }
  }

  #giveBack(text: string): void {
    const draft = [this.state.draft, text].filter(Boolean).join('\n');
    this.#keep.set('draft', draft);
    this.#set({ draft });
  }

  #forget(): void {
    this.#stream.stop();
    this.api.token = '';
    this.#keep.drop('token');
    this.#set({ room: emptyRoom });
    this.#tell('visitor');
  }

  #outboxChanged(): void {
    this.#set({ outbox: this.#outbox.list() });
    this.#tell('outbox');
  }

  // --- small things ---

  #wake(): void {
    this.#stream.nudge();
    void this.#sender.drain();
  }

  #markRead(): void {
    const { room, readN, open } = this.state;
    const c = room.conversation;
    const n = room.messages[room.messages.length - 1]?.n ?? 0;
    if (!c || !open || document.hidden) return;
    if (n > readN) {
      this.#keep.write('read', { id: c.id, n });
      this.#set({ readN: n });
      this.#tell('read');
    }
    if (n <= Math.max(this.#readSent, c.customerReadN ?? 0)) return;
    this.#readSent = n;
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => this.api.read(n).catch(ignore), 300);
  }

  // With several tabs open only the one last looked at makes a sound.
  #seen(): void {
    if (!document.hidden) this.#keep.set('tab', this.#id);
  }

  #ring(): void {
    const { sound, config } = this.state;
    if (sound && config?.look.sound !== false && this.#keep.get('tab') === this.#id) this.#rang();
  }

  #readOf(room: Room): number {
    const kept = this.#keep.read<{ id: string; n: number }>('read');
    return kept && kept.id === room.conversation?.id ? kept.n : 0;
  }

  #tell(news: News): void {
    this.#tabs.postMessage(news);
  }

  #onNews(news: News): void {
    if (this.#paused) return;
    if (news === 'outbox') this.#set({ outbox: this.#outbox.list() });
    if (news === 'draft') this.#set({ draft: this.#keep.get('draft') ?? '' });
    if (news === 'read') this.#set({ readN: this.#readOf(this.state.room) });
    if (news !== 'visitor') return;
    this.api.token = this.#keep.get('token') ?? '';
    this.#set({ beginning: false });
    if (this.api.token) this.#stream.start(true);
    else {
      this.#stream.stop();
      this.#set({ room: emptyRoom });
    }
  }

  #set(patch: Partial<State>): void {
    this.state = { ...this.state, ...patch };
    for (const f of this.#listeners) f();
  }
}

function ignore(): void {}
