// Empties the outbox: one entry after the other, the next only when the one
// before is acknowledged, so that the order stays whatever the network does.

import { Later, Refused } from './api';
import { Backoff } from './backoff';
import type { Entry, Outbox } from './outbox';

export interface Delivery {
  /** Resolves when the server has it. */
  deliver(e: Entry): Promise<void>;
  /** The server will not have it: remove it from the outbox or mark it as failed. */
  refused(e: Entry, why: Refused): void;
  changed(): void;
}

export class Sender {
  #busy = false;
  #stopped = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #backoff = new Backoff();

  readonly #outbox: Outbox;
  readonly #to: Delivery;

  constructor(outbox: Outbox, to: Delivery) {
    this.#outbox = outbox;
    this.#to = to;
  }

  /** fresh: there is reason to hope (network back, customer's click). */
  async drain(fresh = true): Promise<void> {
    this.#stopped = false;
    if (fresh) this.#backoff.reset();
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#retry);
    try {
      for (let e = this.#outbox.next(); e && !this.#stopped; e = this.#outbox.next()) {
        await this.#one(e);
        this.#backoff.reset();
        this.#to.changed();
      }
    } catch (e) {
      this.#after(e instanceof Later ? e.waitMs : 0);
    } finally {
      this.#busy = false;
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
  }

  #after(atLeast: number): void {
    if (this.#stopped) return;
    this.#retry = setTimeout(() => void this.drain(false), Math.max(atLeast, this.#backoff.next()));
  }

  async #one(e: Entry): Promise<void> {
    try {
      await this.#to.deliver(e);
      this.#outbox.remove(e.clientId);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      this.#to.refused(e, why);
      // Still there and not marked as failed (the token was unknown): once more, but not at once.
      if (this.#outbox.next()?.clientId === e.clientId) throw new Later();
    }
  }
}
