// The button's HTTP requests; internal/callbutton answers them.

export interface Config {
  lang: string;
  open: boolean;
  available: boolean;
  opensAt?: number;
  look: { color?: string; textColor?: string; position?: string; radius?: number; theme?: string };
  texts: Record<string, string>;
}

export interface Answered {
  callId: string;
  secret: string;
  sdp: string;
}

export interface CallState {
  n: number;
  state: 'waiting' | 'talking' | 'held' | 'ended';
  /** Place in the queue, from 1; absent when unknown. */
  position?: number;
  agent?: string;
  talkingMs?: number;
  endedBy?: string;
  reason?: string;
}

/** An answer that is not the wished one; 0: no answer at all. */
export class Bad extends Error {
  constructor(readonly status: number) {
    super(String(status));
  }
}

export class Api {
  readonly #root: string;

  constructor(base: string, key: string) {
    this.#root = `${base}/call/${encodeURIComponent(key)}`;
  }

  config(wishes: string[]): Promise<Config> {
    return this.#ask(`/config?lang=${encodeURIComponent(wishes.join(','))}`);
  }

  token(): Promise<{ token: string }> {
    return this.#ask('/token', { body: {} });
  }

  call(body: {
    token: string;
    sdp: string;
    page: { url: string; title: string };
    lang: string;
  }): Promise<Answered> {
    return this.#ask('/calls', { body });
  }

  state(call: Answered, after: number, abort: AbortSignal): Promise<CallState> {
    return this.#ask(`/calls/${call.callId}?after=${after}&wait=25`, { secret: call.secret, abort });
  }

  end(call: Answered): Promise<unknown> {
    return this.#ask(`/calls/${call.callId}/end`, { secret: call.secret, body: {} });
  }

  /** For a page that goes away: a request that needs no asking first. */
  leave(call: Answered): void {
    navigator.sendBeacon(`${this.#root}/calls/${call.callId}/end`, JSON.stringify({ secret: call.secret }));
  }

  async #ask<T>(path: string, o: { body?: object; secret?: string; abort?: AbortSignal } = {}): Promise<T> {
    const headers: Record<string, string> = {};
    if (o.secret) headers.Authorization = `Bearer ${o.secret}`;
    if (o.body) headers['Content-Type'] = 'application/json';
    let r: Response;
    try {
      r = await fetch(this.#root + path, {
        method: o.body ? 'POST' : 'GET',
        headers,
        body: o.body && JSON.stringify(o.body),
        credentials: 'omit',
        cache: 'no-store',
        signal: AbortSignal.any([AbortSignal.timeout(40_000), ...(o.abort ? [o.abort] : [])]),
      });
    } catch {
      throw new Bad(0);
    }
    if (!r.ok) throw new Bad(r.status);
    return (await r.json()) as T;
  }
}
