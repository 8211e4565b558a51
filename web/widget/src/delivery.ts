// Brings what the customer wrote to the server: one entry of the outbox after
// the other, the next only when the one before is acknowledged, so that the
// order stays whatever the network does.

import { type Api, Later, Refused } from './api';
import { Backoff } from './backoff';
import { currentPage } from './host';
import type { Keep } from './keep';
import { type Entry, newId, type Outbox } from './outbox';
import type { Start } from './protocol';
import { withMessages } from './room';
import type { News, Store } from './state';

type Form = Record<string, string>;

export interface Around {
  store: Store;
  api: Api;
  keep: Keep;
  outbox: Outbox;
  tell(news: News): void;
  /** A conversation has begun. */
  began(): void;
  /** The server does not know this visitor. */
  unknown(): void;
  /** Refused for a reason the customer could have known: ask what is so now. */
  outdated(): void;
}

export class Delivery {
  #busy = false;
  #stopped = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #backoff = new Backoff();
  readonly #a: Around;

  constructor(around: Around) {
    this.#a = around;
  }

  /** Takes a text, durably, and sends it as soon as it can. */
  add(text: string, start?: Entry['start']): void {
    this.#a.outbox.add({ clientId: newId(), text, start });
    this.changed();
    void this.drain();
  }

  retry(clientId: string): void {
    this.#a.outbox.retry(clientId);
    this.changed();
    void this.drain();
  }

  remove(clientId: string): void {
    this.#a.outbox.remove(clientId);
    this.changed();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
  }

  /** fresh: there is reason to hope (network back, customer's click). */
  async drain(fresh = true): Promise<void> {
    this.#stopped = false;
    if (fresh) this.#backoff.reset();
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#retry);
    const { outbox } = this.#a;
    try {
      for (let e = outbox.next(); e && !this.#stopped; e = outbox.next()) {
        await this.#one(e);
        this.#backoff.reset();
        this.changed();
      }
    } catch (e) {
      const wait = Math.max(e instanceof Later ? e.waitMs : 0, this.#backoff.next());
      if (!this.#stopped) this.#retry = setTimeout(() => this.drain(false), wait);
    } finally {
      this.#busy = false;
    }
  }

  async leaveOffline(clientId: string, text: string, form: Form): Promise<boolean> {
    try {
      await this.#begin('offline', clientId, text, form);
      return true;
    } catch (e) {
      const { status, field, detail } = e instanceof Refused ? e : { status: 0, field: '', detail: '' };
      if (status === 401) this.#a.unknown();
      this.#a.store.set({ formErrors: { [field || '*']: detail || this.#a.store.say('sendFailed') } });
      return false;
    }
  }

  /** What the customer filled in last time. */
  form(): Form {
    return this.#a.keep.read<Form>('form') ?? {};
  }

  async #one(e: Entry): Promise<void> {
    const { api, outbox, store } = this.#a;
    try {
      if (e.start || !api.token) {
        await this.#begin('start', e.clientId, e.text, e.start?.form ?? this.form(), e.start?.serviceId);
      } else {
        const m = await api.send(e.clientId, e.text);
        store.set({ room: withMessages(store.state.room, [m]) });
      }
      outbox.remove(e.clientId);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      this.#refused(e, why);
      // It has to go under another token: once more, but not at once.
      if (why.status === 401) throw new Later();
    }
  }

  async #begin(way: 'start' | 'offline', clientId: string, text: string, form: Form, serviceId?: string) {
    const { api, keep, store, tell, began } = this.#a;
    keep.write('form', { ...this.form(), ...form });
    if (!api.token) {
      const { token } = await api.visitor();
      api.token = token;
      keep.set('token', token);
    }
    const s: Start = { clientId, text, form, serviceId, page: currentPage(), lang: api.lang };
    const { conversation, message } = await api[way](s);
    keep.set('live', '1');
    store.set({
      room: withMessages({ conversation, messages: [] }, [message]),
      readN: 0,
      older: false,
      beginning: false,
      formErrors: {},
    });
    began();
    tell('visitor');
  }

  #refused(e: Entry, { status, code, field, detail }: Refused): void {
    const { outbox, store, unknown, outdated } = this.#a;
    if (status === 401) {
      unknown();
    } else if (status === 404 || status === 409 || (e.start && field)) {
      // Everything that was written goes back into the field.
      outbox.remove(e.clientId);
      const draft = [store.state.draft, e.text].filter(Boolean).join('\n');
      this.#a.keep.set('draft', draft);
      const notice = code === 'PAR-5005' || !detail ? store.say('endedUnsent') : detail;
      store.set({ draft, notice });
      if (!e.start) return;
      store.set({ formErrors: { [field || '*']: detail || store.say('sendFailed') }, beginning: true });
      outdated();
    } else {
      outbox.fail(e.clientId, detail || store.say('failed'));
      store.set({ banned: status === 403, said: `${store.say('failed')}. ${detail}` });
    }
  }

  /** Other tabs show it too. */
  changed(): void {
    this.#a.store.set({ outbox: this.#a.outbox.list() });
    this.#a.tell('outbox');
  }
}
