// The widget's HTTP requests. Two kinds of bad answers: Refused (the server has
// decided, asking again changes nothing) and Later (no network, server busy or
// restarting: the same request may be sent again).

import type { Config, Conversation, Message, Page, Poll, Start } from './protocol';

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly field = '',
  ) {
    super(detail || code || String(status));
  }
}

export class Later extends Error {
  constructor(readonly waitMs = 0) {
    super('later');
  }
}

const limit = 20_000;

export class Api {
  token = '';
  lang = 'en';
  readonly #root: string;

  /** base is the server's origin, key the entry's public key. */
  constructor(base: string, key: string) {
    this.#root = `${base}/widget/${encodeURIComponent(key)}`;
  }

  config(wishes: string[]): Promise<Config> {
    return this.#ask('GET', `/config?lang=${encodeURIComponent(wishes.join(','))}`);
  }

  visitor(): Promise<{ token: string }> {
    return this.#ask('POST', '/visitor', {});
  }

  start(s: Start): Promise<{ conversation: Conversation; message: Message }> {
    return this.#ask('POST', '/conversations', s);
  }

  offline(s: Start): Promise<{ conversation: Conversation; message: Message }> {
    return this.#ask('POST', '/offline', s);
  }

  send(clientId: string, text: string): Promise<Message> {
    return this.#ask('POST', '/messages', { clientId, text });
  }

  older(before: number): Promise<{ messages: Message[]; more?: boolean }> {
    return this.#ask('GET', `/conversation?before=${before}`);
  }

  read(n: number): Promise<unknown> {
    return this.#ask('POST', '/read', { n });
  }

  page(page: Page): Promise<unknown> {
    return this.#ask('POST', '/page', page);
  }

  end(): Promise<unknown> {
    return this.#ask('POST', '/end', {});
  }

  poll(epoch: string, after: number, abort: AbortSignal): Promise<Poll> {
    const q = `epoch=${encodeURIComponent(epoch)}&after=${after}&wait=25`;
    return this.#ask('GET', `/events?${q}`, undefined, abort);
  }

  socketUrl(): string {
    return `${this.#root.replace(/^http/, 'ws')}/socket`;
  }

  pictureUrl(id: string): string {
    return `${this.#root}/pictures/${encodeURIComponent(id)}`;
  }

  fileUrl(id: string): string {
    return `${this.#root}/files/${encodeURIComponent(id)}?token=${encodeURIComponent(this.token)}`;
  }

  /** Sends a file; fetch can't tell how far an upload is, XMLHttpRequest can. */
  upload(file: Blob, name: string, clientId: string, progress: (part: number) => void): Upload {
    const x = new XMLHttpRequest();
    const q = `name=${encodeURIComponent(name)}&clientId=${encodeURIComponent(clientId)}`;
    const done = new Promise<Message>((ok, no) => {
      x.open('POST', `${this.#root}/files?${q}`);
      x.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
      for (const [name, value] of Object.entries(this.#headers())) x.setRequestHeader(name, value);
      x.upload.onprogress = (e) => progress(e.lengthComputable ? e.loaded / e.total : 0);
      x.onload = () => {
        if (x.status < 300) ok(JSON.parse(x.responseText) as Message);
        else no(problem(x.status, x.responseText, x.getResponseHeader('Retry-After')));
      };
      x.onerror = x.ontimeout = () => no(new Later());
      x.onabort = () => no(new Refused(0, '', ''));
      x.send(file);
    });
    return { done, cancel: () => x.abort() };
  }

  #headers(): Record<string, string> {
    const h: Record<string, string> = { 'Accept-Language': this.lang };
    if (this.token) h.Authorization = `Bearer ${this.token}`;
    return h;
  }

  async #ask<T>(method: string, path: string, body?: unknown, abort?: AbortSignal): Promise<T> {
    const own = new AbortController();
    const timer = setTimeout(() => own.abort(), abort ? limit + 25_000 : limit);
    const stop = () => own.abort();
    abort?.addEventListener('abort', stop);
    try {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = this.#headers();
      if (text) headers['Content-Type'] = 'application/json';
      const r = await fetch(this.#root + path, {
        method,
        headers,
        body: text,
        credentials: 'omit',
        cache: 'no-store',
        signal: own.signal,
        // A text sent right before the tab closes still arrives; browsers allow 64 KiB of it.
        keepalive: !!text && text.length < 15_000,
      });
      const answer = await r.text();
      if (!r.ok) throw problem(r.status, answer, r.headers.get('Retry-After'));
      return (answer ? JSON.parse(answer) : null) as T;
    } catch (e) {
      throw e instanceof Refused || e instanceof Later ? e : new Later();
    } finally {
      clearTimeout(timer);
      abort?.removeEventListener('abort', stop);
    }
  }
}

export interface Upload {
  done: Promise<Message>;
  cancel(): void;
}

function problem(status: number, body: string, retryAfter: string | null): Error {
  if (status >= 500 || status === 429 || status === 408) return new Later((Number(retryAfter) || 0) * 1000);
  let p: { code?: string; detail?: string; field?: string } = {};
  try {
    p = JSON.parse(body);
  } catch {
    // an intermediary's page, not our server's answer
  }
  return new Refused(status, p.code ?? '', p.detail ?? '', p.field ?? '');
}
