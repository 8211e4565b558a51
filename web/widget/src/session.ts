// The visitor's side of the chat: what is on the screen and what the customer
// may do. One session per page; tabs of one visitor share the browser's memory
// (keep, outbox) and tell each other about changes.

import { Api, Later } from './api';
import { Delivery } from './delivery';
import { Files, refusal } from './files';
import { currentPage, followPage } from './host';
import { Keep, storage } from './keep';
import { newId, Outbox } from './outbox';
import type { Config, Frame, Message, Typing } from './protocol';
import { apply, emptyRoom, isLive, type Room, withMessages } from './room';
import { first, hasConversation, type News, type Settings, type State, Store } from './state';
import { type Link, Stream } from './stream';
import { speaker, wishes } from './texts';
import { Typist } from './typist';

const configAge = 30_000;
const configRetry = 5_000;
const typingShown = 8_000;

export class Session extends Store {
  readonly api: Api;
  readonly #keep: Keep;
  /** Belongs to one tab and is gone with it. */
  readonly #tab: Keep;
  readonly #id = newId();
  readonly #stream: Stream;
  readonly #files: Files;
  readonly #tabs: BroadcastChannel;
  readonly #delivery: Delivery;
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
    const { base, key } = settings;
    const keep = new Keep(key, storage('localStorage'));
    const tab = new Keep(key, storage('sessionStorage'));
    const outbox = new Outbox(keep);
    super(first(keep, tab, outbox));
    this.#settings = settings;
    this.#rang = rang;
    this.#keep = keep;
    this.#tab = tab;
    this.api = new Api(base, key);
    this.api.token = keep.get('token') ?? '';
    this.#stream = new Stream(this.api, {
      frame: (f) => this.#onFrame(f),
      link: (link) => this.#onLink(link),
      gone: (why) => (why === 'token' ? this.#forget() : this.set({ banned: true })),
    });
    this.#files = new Files(
      this.api,
      key,
      () => this.set({ sending: this.#files.list }),
      (m) => this.set({ room: withMessages(this.state.room, [m]) }),
    );
    this.#delivery = new Delivery({
      store: this,
      api: this.api,
      keep,
      outbox,
      tell: (news) => this.#tell(news),
      began: () => this.#stream.start(true),
      unknown: () => this.#forget(),
      outdated: () => this.loadConfig(),
    });
    this.#typist = new Typist((u) => this.#stream.send(u));
    this.#tabs = new BroadcastChannel(`parley:${key}`);
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
    this.#delivery.stop();
  }

  #resume(): void {
    this.#paused = false;
    if (this.api.token && this.#keep.get('live') !== '0') this.#stream.start();
    void this.#delivery.drain();
  }

  // --- what the customer does ---

  setOpen(open: boolean): void {
    this.#tab.set('open', open ? '1' : '');
    this.set({ open, byHand: open });
    if (!open) return;
    if (this.api.token && this.state.link === 'idle') this.#stream.start();
    if (Date.now() - this.#configAt > configAge) void this.loadConfig();
    this.#markRead();
  }

  write(draft: string): void {
    this.#keep.set('draft', draft);
    this.set({ draft });
    this.#tell('draft');
    this.#typist.typed(draft, !!this.state.config?.previewUnsent);
  }

  /** The first message of a conversation, with the form that leads to it. */
  start(text: string, form: Record<string, string> = {}, serviceId?: string): void {
    this.set({ beginning: false, formErrors: {} });
    this.#say(text, { form, serviceId });
  }

  send(text: string): void {
    if (hasConversation(this.state)) this.#say(text);
    else this.start(text);
  }

  #say(text: string, start?: { form: Record<string, string>; serviceId?: string }): void {
    this.#keep.drop('draft');
    this.set({ draft: '', notice: '' });
    this.#tell('draft');
    this.#typist.stop();
    this.#delivery.add(text, start);
  }

  sendFiles(files: Iterable<File>): void {
    const { config } = this.state;
    if (!config || !isLive(this.state.room.conversation)) return;
    for (const f of files) {
      const why = refusal(f, config, this.say);
      if (why) this.set({ said: `${f.name}: ${why}` });
      this.#files.add(f, why);
    }
  }

  retrySend(clientId: string): void {
    this.#delivery.retry(clientId);
  }

  remove(clientId: string): void {
    this.#delivery.remove(clientId);
    this.#files.remove(clientId);
  }

  async end(): Promise<void> {
    try {
      await this.api.end();
    } catch {
      this.set({ notice: this.say('lost') });
    }
  }

  /** A message for later; true when the server has it. */
  leaveOffline(clientId: string, text: string, form: Record<string, string>): Promise<boolean> {
    return this.#delivery.leaveOffline(clientId, text, form);
  }

  newChat(): void {
    this.set({ beginning: true, notice: '', formErrors: {} });
    void this.loadConfig();
  }

  toggleSound(): void {
    const sound = !this.state.sound;
    this.#keep.set('sound', sound ? '1' : '0');
    this.set({ sound });
  }

  async loadOlder(): Promise<void> {
    const first = this.state.room.messages[0];
    if (!first) return;
    const answer = await this.api.older(first.n).catch(() => null);
    if (!answer) return;
    this.set({ room: withMessages(this.state.room, answer.messages), older: !!answer.more });
  }

  async loadConfig(): Promise<void> {
    this.#configAt = Date.now();
    const { lang } = this.#settings;
    const ask = wishes(lang, document.documentElement.lang, navigator.languages);
    try {
      const config = await this.api.config(ask);
      this.#tab.write('config', config);
      this.#takeConfig(config);
    } catch (e) {
      this.#configAt = 0;
      // Without it there is no chat on the page at all; a refusal is for good.
      if (e instanceof Later && !this.state.config) setTimeout(() => this.loadConfig(), configRetry);
    }
  }

  /** What the customer filled in last time. */
  form(): Record<string, string> {
    return this.#delivery.form();
  }

  // --- what the server says ---

  #takeConfig(config: Config): void {
    this.api.lang = config.lang;
    this.say = speaker(config.lang, config.texts);
    this.set({ config });
  }

  #onLink(link: Link): void {
    this.set({ link });
    if (link === 'up') void this.#delivery.drain();
    else {
      this.#readSent = 0;
      this.set({ typing: null });
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
    this.set(patch);
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
    this.set({ typing: t.on ? t : null });
    if (t.on) this.#typingHides = setTimeout(() => this.set({ typing: null }), typingShown);
  }

  #forget(): void {
    this.#stream.stop();
    this.api.token = '';
    this.#keep.drop('token');
    this.set({ room: emptyRoom });
    this.#tell('visitor');
  }

  // --- small things ---

  #wake(): void {
    this.#stream.nudge();
    void this.#delivery.drain();
  }

  #markRead(): void {
    const { room, readN, open } = this.state;
    const c = room.conversation;
    const n = room.messages[room.messages.length - 1]?.n ?? 0;
    if (!c || !open || document.hidden) return;
    if (n > readN) {
      this.#keep.write('read', { id: c.id, n });
      this.set({ readN: n });
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
    if (news === 'outbox') this.set({ outbox: new Outbox(this.#keep).list() });
    if (news === 'draft') this.set({ draft: this.#keep.get('draft') ?? '' });
    if (news === 'read') this.set({ readN: this.#readOf(this.state.room) });
    if (news !== 'visitor') return;
    this.api.token = this.#keep.get('token') ?? '';
    this.set({ beginning: false });
    if (this.api.token) this.#stream.start(true);
    else {
      this.#stream.stop();
      this.set({ room: emptyRoom });
    }
  }
}

function ignore(): void {}
