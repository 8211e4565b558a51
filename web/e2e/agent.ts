// An agent at work without a desktop: the same API and socket as the desktop's.

import { request } from 'node:http';
import { WebSocket } from 'ws';
import { test as base } from './fixture';

interface Place {
  port: number;
}

interface Frame {
  type: string;
  epoch?: string;
  seq?: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server's frames carry
  data: any;
}

/** Somebody who is signed in and uses the API. */
export class Person {
  protected cookie = '';

  constructor(
    protected readonly at: Place,
    readonly login: string,
  ) {}

  async signIn(): Promise<void> {
    const password = `${this.login}-demo-1`;
    await this.call('POST', '/api/session', { login: this.login, password, force: true });
  }

  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  call(method: string, path: string, body?: unknown, type = 'application/json'): Promise<any> {
    const raw = body instanceof Buffer ? body : body === undefined ? '' : JSON.stringify(body);
    const headers = {
      host: this.host(),
      origin: this.origin(),
      cookie: this.cookie,
      'x-parley': '1',
      ...(raw ? { 'content-type': type, 'content-length': Buffer.byteLength(raw) } : {}),
    };
    return new Promise((ok, no) => {
      const q = request({ host: '127.0.0.1', port: this.at.port, method, path, headers }, async (r) => {
        const parts: Buffer[] = [];
        for await (const p of r) parts.push(p as Buffer);
        const text = Buffer.concat(parts).toString();
        const set = r.headers['set-cookie']?.[0]?.split(';')[0];
        if (set) this.cookie = set;
        if ((r.statusCode ?? 500) >= 300) no(new Error(`${method} ${path}: ${r.statusCode} ${text}`));
        else ok(text ? JSON.parse(text) : null);
      });
      q.on('error', no);
      q.end(raw);
    });
  }

  protected host(): string {
    return `${this.login}.localhost:${this.at.port}`;
  }

  protected origin(): string {
    return `http://${this.host()}`;
  }
}

export class Agent extends Person {
  private socket: WebSocket | null = null;
  private frames: Frame[] = [];
  private waiting: (() => void)[] = [];

  /** Starts the shift and waits for contacts. */
  async ready(): Promise<void> {
    await this.connect();
    await this.call('POST', '/api/desk/shift', {});
    await this.call('POST', '/api/desk/state', { state: 'ready' });
  }

  /** Waits for a chat's offer and takes it. */
  async accept(): Promise<Chat> {
    const offer = await this.frame((f) => f.type === 'offer.opened');
    const id = offer.data.segmentId as string;
    await this.call('POST', `/api/offers/${id}/accept`, {});
    const segment = await this.frame(
      (f) =>
        f.type === 'segment.changed' &&
        f.data.id === id &&
        f.data.state === 'active' &&
        f.data.conversationId,
    );
    return new Chat(this, id, segment.data.conversationId);
  }

  /** The first frame from now on, or of those not looked at yet, that fits; earlier ones are used up. */
  async frame(fits: (f: Frame) => unknown): Promise<Frame> {
    for (;;) {
      const i = this.frames.findIndex(fits);
      const f = this.frames[i];
      if (f) {
        this.frames = this.frames.slice(i + 1);
        return f;
      }
      this.frames = [];
      await new Promise<void>((more) => this.waiting.push(more));
    }
  }

  tell(f: object): void {
    this.socket?.send(JSON.stringify(f));
  }

  /** The line ends without a word. */
  leave(): void {
    this.socket?.terminate();
  }

  async connect(): Promise<void> {
    const s = new WebSocket(`ws://127.0.0.1:${this.at.port}/api/desk/socket`, 'parley.desk.1', {
      headers: { host: this.host(), cookie: this.cookie, origin: this.origin() },
    });
    this.socket = s;
    await new Promise((ok, no) => s.once('open', ok).once('error', no));
    s.on('error', () => undefined);
    s.on('message', (data) => {
      const f = JSON.parse(String(data)) as Frame;
      // What a snapshot holds counts like what would have come one by one.
      this.frames.push(...(f.type === 'snapshot' ? unfold(f) : [f]));
      for (const w of this.waiting.splice(0)) w();
    });
    const beat = setInterval(() => this.tell({ type: 'ping' }), 2000);
    s.on('close', () => clearInterval(beat));
    this.tell({ type: 'hello', epoch: '', seq: 0 });
  }
}

function unfold(f: Frame): Frame[] {
  const one = (type: string) => (data: unknown) => ({ type, data });
  return [
    ...(f.data.offers ?? []).map(one('offer.opened')),
    ...(f.data.segments ?? []).map(one('segment.changed')),
    ...(f.data.conversations ?? []).map(one('conversation.changed')),
    ...(f.data.messages ?? []).map(one('message.added')),
  ];
}

/** One chat in an agent's hands. */
export class Chat {
  private sent = 0;

  constructor(
    private readonly agent: Agent,
    readonly segmentId: string,
    readonly conversationId: string,
  ) {}

  async say(text: string): Promise<void> {
    const clientId = `${this.segmentId}-${++this.sent}`;
    await this.agent.call('POST', `/api/conversations/${this.conversationId}/messages`, { clientId, text });
  }

  async sendFile(name: string, type: string, body: Buffer): Promise<void> {
    const q = `name=${encodeURIComponent(name)}&clientId=${this.segmentId}-${++this.sent}`;
    await this.agent.call('POST', `/api/conversations/${this.conversationId}/files?${q}`, body, type);
  }

  async read(n: number): Promise<void> {
    await this.agent.call('POST', `/api/conversations/${this.conversationId}/read`, { n });
  }

  types(on: boolean): void {
    this.agent.tell({ type: 'typing', conversationId: this.conversationId, on });
  }

  /** Waits for a message of the customer with this text. */
  async hears(text: string): Promise<void> {
    await this.agent.frame((f) => f.type === 'message.added' && f.data.text === text);
  }

  async texts(): Promise<string[]> {
    const path = `/api/conversations/${this.conversationId}/messages?limit=100`;
    const page = (await this.agent.call('GET', path)) as {
      items: { text?: string; author: { kind: string } }[];
    };
    return page.items.filter((m) => m.author.kind === 'customer').map((m) => m.text ?? '');
  }

  async end(): Promise<void> {
    await this.agent.call('POST', `/api/segments/${this.segmentId}/end`, {});
  }
}

interface Fixtures {
  /** Signs somebody of the demo in and makes them Ready. */
  agent: (login: 'anna' | 'boris') => Promise<Agent>;
  /** The demo's administrator. */
  admin: Person;
}

export const test = base.extend<Fixtures>({
  agent: async ({ server }, use) => {
    const agents: Agent[] = [];
    await use(async (login) => {
      const one = new Agent(server, login);
      agents.push(one);
      await one.signIn();
      await one.ready();
      return one;
    });
    for (const one of agents) one.leave();
  },
  admin: async ({ server }, use) => {
    const one = new Person(server, 'admin');
    await one.signIn();
    await use(one);
  },
});

export { expect } from './fixture';
