// What the customer sent and the server has not acknowledged yet. It outlives
// the page: each entry is a storage item of its own (so tabs never overwrite
// one another) whose name sorts by the moment of sending. Sending twice is
// harmless, the server knows an entry by its client id.

import type { Keep } from './keep';

export interface Entry {
  clientId: string;
  text: string;
  at: number;
  /** Present on the entry that opens a conversation. */
  start?: { form: Record<string, string>; serviceId?: string };
  /** Why the server refused it; it stays until the customer decides. */
  failed?: string;
}

const start = 'out:';

export class Outbox {
  readonly #keep: Keep;
  readonly #now: () => number;

  constructor(keep: Keep, now: () => number = Date.now) {
    this.#keep = keep;
    this.#now = now;
  }

  add(entry: Omit<Entry, 'at'>): Entry {
    const at = this.#now();
    const full = { ...entry, at };
    this.#keep.write(this.#nextName(at), full);
    return full;
  }

  /** In the order of sending. */
  list(): Entry[] {
    return this.#named().map((e) => e.entry);
  }

  /** The first entry that still has to go; entries behind a refused one may. */
  next(): Entry | undefined {
    return this.list().find((e) => !e.failed);
  }

  remove(clientId: string): void {
    for (const e of this.#named()) if (e.entry.clientId === clientId) this.#keep.drop(e.name);
  }

  fail(clientId: string, reason: string): void {
    this.#change(clientId, (e) => ({ ...e, failed: reason }));
  }

  retry(clientId: string): void {
    this.#change(clientId, ({ failed: _, ...e }) => e);
  }

  #change(clientId: string, f: (e: Entry) => Entry): void {
    for (const e of this.#named()) if (e.entry.clientId === clientId) this.#keep.write(e.name, f(e.entry));
  }

  #named(): { name: string; entry: Entry }[] {
    const found: { name: string; entry: Entry }[] = [];
    for (const name of this.#keep.names(start)) {
      const entry = this.#keep.read<Entry>(name);
      if (entry) found.push({ name, entry });
    }
    return found;
  }

  // A clock that was set back must not put a later text before an earlier one.
  #nextName(at: number): string {
    const last = this.#keep.names(start).pop();
    const stamp = Math.max(at, last ? Number(last.slice(start.length).split('-')[0]) + 1 : 0);
    return `${start}${String(stamp).padStart(15, '0')}-${newId().slice(0, 8)}`;
  }
}

/** A random id; crypto.randomUUID is missing on plain http sites. */
export function newId(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
