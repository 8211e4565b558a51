// Files on their way to the server. They are kept in IndexedDB until it has
// them, so that a reload in the middle of an upload loses nothing.

import { type Api, Later, type Refused, type Upload } from './api';
import { Backoff } from './backoff';
import { newId } from './outbox';
import type { Config, Message } from './protocol';
import type { Say } from './texts';

export interface Sending {
  clientId: string;
  name: string;
  size: number;
  type: string;
  at: number;
  /** 0…1 */
  part: number;
  failed?: string;
  /** A picture to look at meanwhile. */
  url?: string;
}

interface Kept {
  id: string;
  key: string;
  name: string;
  at: number;
  file: Blob;
}

export class Files {
  list: Sending[] = [];
  readonly #running = new Map<string, Upload>();

  readonly #api: Api;
  readonly #key: string;
  readonly #changed: () => void;
  readonly #arrived: (m: Message) => void;

  constructor(api: Api, key: string, changed: () => void, arrived: (m: Message) => void) {
    this.#api = api;
    this.#key = key;
    this.#changed = changed;
    this.#arrived = arrived;
  }

  add(file: File, refusal: string | undefined): void {
    const k: Kept = { id: newId(), key: this.#key, name: file.name || 'file', at: Date.now(), file };
    this.#show(k, refusal);
    if (refusal) return;
    void keepFile('readwrite', (s) => s.put(k));
    void alone(k.id, () => this.#upload(k));
  }

  /** Goes on with what an earlier page began. */
  async resume(): Promise<void> {
    const kept = (await keepFile<Kept[]>('readonly', (s) => s.getAll())) ?? [];
    for (const k of kept) {
      if (k.key !== this.#key || this.list.some((s) => s.clientId === k.id)) continue;
      void alone(k.id, async () => {
        this.#show(k);
        await this.#upload(k);
      });
    }
  }

  remove(clientId: string): void {
    this.#running.get(clientId)?.cancel();
    this.#forget(clientId);
  }

  #show(k: Kept, failed?: string): void {
    const url = !failed && isPicture(k.file.type) ? URL.createObjectURL(k.file) : undefined;
    const { name, at } = k;
    const { size, type } = k.file;
    this.list = [...this.list, { clientId: k.id, name, at, size, type, part: 0, failed, url }];
    this.#changed();
  }

  async #upload(k: Kept): Promise<void> {
    const backoff = new Backoff();
    while (this.list.some((s) => s.clientId === k.id)) {
      const upload = this.#api.upload(k.file, k.name, k.id, (part) => this.#change(k.id, { part }));
      this.#running.set(k.id, upload);
      try {
        this.#arrived(await upload.done);
        this.#forget(k.id);
      } catch (e) {
        if (e instanceof Later) await wait(Math.max(e.waitMs, backoff.next()));
        else {
          void keepFile('readwrite', (s) => s.delete(k.id));
          this.#change(k.id, { failed: (e as Refused).detail || ' ' });
          return;
        }
      }
    }
  }

  #change(clientId: string, by: Partial<Sending>): void {
    this.list = this.list.map((s) => (s.clientId === clientId ? { ...s, ...by } : s));
    this.#changed();
  }

  #forget(clientId: string): void {
    this.#running.delete(clientId);
    void keepFile('readwrite', (s) => s.delete(clientId));
    const gone = this.list.find((s) => s.clientId === clientId);
    if (gone?.url) URL.revokeObjectURL(gone.url);
    this.list = this.list.filter((s) => s.clientId !== clientId);
    this.#changed();
  }
}

/** Why the entry does not take this file, in the customer's words. */
export function refusal(file: File, config: Config, say: Say): string | undefined {
  if (config.maxFileBytes && file.size > config.maxFileBytes) {
    return say('tooLarge', { size: humanSize(config.maxFileBytes, config.lang) });
  }
  const types = config.fileTypes;
  if (types && !types.some((t) => matches(file, t.toLowerCase()))) return say('wrongType');
  return undefined;
}

/** Every browser shows it. */
export function isPicture(type: string): boolean {
  return /^image\/(png|jpeg|gif|webp)$/.test(type);
}

function matches(file: File, type: string): boolean {
  if (type.startsWith('.')) return file.name.toLowerCase().endsWith(type);
  if (type.endsWith('/*')) return file.type.startsWith(type.slice(0, -1));
  return file.type === type;
}

export function humanSize(bytes: number, lang: string): string {
  const kb = bytes / 1024;
  const [n, unit] = kb < 1000 ? [Math.ceil(kb), 'kilobyte'] : [kb / 1024, 'megabyte'];
  return new Intl.NumberFormat(lang, { style: 'unit', unit, maximumFractionDigits: 1 }).format(n);
}

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

// One tab is enough for one upload; where locks are missing the server sorts it out by the client id.
async function alone(id: string, f: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return f();
  await navigator.locks.request(`parley-upload-${id}`, { ifAvailable: true }, (lock) =>
    lock ? f() : undefined,
  );
}

function keepFile<T>(mode: IDBTransactionMode, f: (s: IDBObjectStore) => IDBRequest): Promise<T | undefined> {
  return new Promise((done) => {
    try {
      const opening = indexedDB.open('parley-widget', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('files', { keyPath: 'id' });
      opening.onerror = opening.onblocked = () => done(undefined);
      opening.onsuccess = () => {
        const db = opening.result;
        const tx = db.transaction('files', mode);
        const request = f(tx.objectStore('files'));
        tx.oncomplete = () => {
          db.close();
          done(request.result as T);
        };
        tx.onerror = tx.onabort = () => {
          db.close();
          done(undefined);
        };
      };
    } catch {
      done(undefined); // private windows without IndexedDB
    }
  });
}
