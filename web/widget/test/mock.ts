// A small server that speaks the widget's protocol, for tests of the client
// alone: it can lose its network, be restarted, block sockets and be slow.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Config, Conversation, Frame, Message } from '../src/protocol';

export const defaults: Config = {
  lang: 'ru',
  languages: ['ru', 'en'],
  open: true,
  available: true,
  look: { color: '#0f766e', position: 'right', theme: 'light' },
  preChat: [],
  offline: {
    enabled: true,
    fields: [
      { field: 'name', required: true },
      { field: 'email', required: true },
    ],
  },
  maxFileBytes: 1 << 20,
  fileTypes: ['.png', '.pdf', '.txt'],
};

interface Change {
  seq: number;
  prev: number;
  type: 'message.added' | 'conversation.changed';
  data: unknown;
}

export class Mock {
  base = '';
  config: Config = { ...defaults };
  conversation: Conversation | null = null;
  messages: Message[] = [];
  /** What came in, in order: "POST /messages {…}". */
  log: string[] = [];
  typed: { on: boolean; text?: string }[] = [];
  /** Refuses sockets, as some companies' proxies do. */
  socketsBlocked = false;
  /** The answer is lost after the work was done. */
  loseAnswers = 0;
  /** Answers a path with this instead, once each. */
  refuse: Record<string, { status: number; code?: string; detail?: string; field?: string }> = {};
  tokens = new Set<string>();
  epoch = 'e1';
  private seq = 100;
  private changes: Change[] = [];
  private server: Server | null = null;
  private port = 0;
  private readonly wss = new WebSocketServer({ noServer: true });
  private readonly live = new Set<{ ws: WebSocket; last: number }>();
  private readonly sockets = new Set<Socket>();
  private readonly polls = new Set<() => void>();

  async start(): Promise<this> {
    const server = createServer((q, r) => void this.answer(q, r));
    server.on('upgrade', (q, socket, head) => {
      if (this.socketsBlocked) socket.destroy();
      else this.wss.handleUpgrade(q, socket, head, (ws) => this.greet(ws));
    });
    server.on('connection', (s: Socket) => {
      this.sockets.add(s);
      s.on('close', () => this.sockets.delete(s));
    });
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    this.base = `http://127.0.0.1:${this.port}`;
    return this;
  }

  /** The network goes, or the process dies; what was acknowledged stays. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => (this.server ? this.server.close(() => done()) : done()));
    for (const s of this.sockets) s.destroy();
    for (const p of this.polls) p();
    this.live.clear();
    this.server = null;
    await closed;
  }

  /** Comes up as another process: numbers start anew. */
  async restart(): Promise<void> {
    await this.stop();
    this.epoch = `e${Number(this.epoch.slice(1)) + 1}`;
    this.seq = 10;
    this.changes = [];
    await this.start();
  }

  /** Cuts the live lines, the server stays. */
  cut(): void {
    for (const c of this.live) c.ws.terminate();
    this.live.clear();
  }

  /** How many live lines there are. */
  get lines(): number {
    return this.live.size;
  }

  agentJoins(name: string): void {
    this.change({ state: 'active', agents: [{ name }] });
    this.event('joined', { name });
  }

  says(text: string, kind: 'agent' | 'bot' = 'agent', name = 'Анна'): Message {
    return this.add({ author: { kind, name }, kind: 'text', text });
  }

  event(code: string, args: Record<string, string> = {}): Message {
    return this.add({ author: { kind: 'system' }, kind: 'event', event: { code, args } });
  }

  types(on: boolean, who = 'Анна'): void {
    this.lossy({ type: 'typing', data: { conversationId: this.conversation?.id ?? '', who, on } });
  }

  change(by: Partial<Conversation>): void {
    if (!this.conversation) return;
    this.conversation = { ...this.conversation, ...by };
    this.publish('conversation.changed', this.conversation);
  }

  add(m: Omit<Message, 'n' | 'id' | 'at' | 'conversationId'>): Message {
    const c = this.conversation;
    if (!c) throw new Error('no conversation');
    const known = m.clientId && this.messages.find((x) => x.clientId === m.clientId);
    if (known) return known;
    const n = this.messages.length + 1;
    const message: Message = { ...m, conversationId: c.id, n, id: `m${n}`, at: Date.now() };
    this.messages.push(message);
    this.conversation = { ...c, lastN: n };
    this.publish('message.added', message);
    return message;
  }

  private publish(type: Change['type'], data: unknown): void {
    // Other audiences' changes lie between: numbers of one stream have gaps.
    const prev = this.seq;
    this.seq += 3;
    this.changes.push({ seq: this.seq, prev, type, data });
    for (const c of this.live) this.catchUp(c);
    for (const p of this.polls) p();
  }

  private lossy(f: object): void {
    for (const c of this.live) c.ws.send(JSON.stringify(f));
  }

  private greet(ws: WebSocket): void {
    ws.on('message', (data) => {
      const f = JSON.parse(String(data));
      if (f.type === 'ping') ws.send('{"type":"pong"}');
      if (f.type === 'typing') this.typed.push({ on: f.on, text: f.text });
      if (f.type !== 'hello') return;
      if (!this.tokens.has(f.token)) return ws.close(4401);
      const line = { ws, last: f.seq as number };
      if (f.epoch !== this.epoch) {
        line.last = this.seq;
        ws.send(JSON.stringify(this.snapshot()));
      }
      this.live.add(line);
      this.catchUp(line);
      ws.on('close', () => this.live.delete(line));
    });
  }

  private snapshot(): Frame {
    const data = { conversation: this.conversation, messages: this.messages.slice(-50) };
    return { epoch: this.epoch, seq: this.seq, prev: 0, type: 'snapshot', data };
  }

  private catchUp(c: { ws: WebSocket; last: number }): void {
    for (const f of this.after(c.last)) {
      c.ws.send(JSON.stringify(f));
      c.last = f.seq ?? c.last;
    }
  }

  private after(seq: number): Frame[] {
    return this.changes.filter((x) => x.seq > seq).map((x) => ({ ...x, epoch: this.epoch }) as Frame);
  }

  private async answer(q: IncomingMessage, r: ServerResponse): Promise<void> {
    const body = await read(q);
    const url = new URL(q.url ?? '', this.base);
    const path = url.pathname.replace(/^\/widget\/[^/]+/, '');
    r.setHeader('Access-Control-Allow-Origin', '*');
    r.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, Accept-Language');
    r.setHeader('Access-Control-Allow-Private-Network', 'true');
    if (q.method === 'OPTIONS') return void r.writeHead(204).end();
    this.log.push(`${q.method} ${path} ${/^\/files/.test(path) ? body.length : body}`);
    const refused = this.refuse[path];
    if (refused) {
      delete this.refuse[path];
      return send(r, refused.status, refused);
    }
    const token = q.headers.authorization?.replace('Bearer ', '') ?? '';
    const open = /^\/(config|visitor|files\/)/.test(path);
    if (!open && !this.tokens.has(token)) return send(r, 401, { code: 'PAR-0401' });
    try {
      const result = await this.act(path, url, body, q, r);
      if (this.loseAnswers > 0 && q.method === 'POST') {
        this.loseAnswers--;
        return void q.socket.destroy();
      }
      if (result !== undefined) send(r, 200, result);
    } catch (e) {
      send(r, Number((e as Error).message) || 500, { code: 'PAR-5005', detail: 'Беседа завершена' });
    }
  }

  private async act(
    path: string,
    url: URL,
    body: Buffer,
    q: IncomingMessage,
    r: ServerResponse,
  ): Promise<unknown> {
    const json = () => JSON.parse(String(body));
    switch (path) {
      case '/config':
        return this.config;
      case '/visitor': {
        const token = `t${this.tokens.size + 1}`;
        this.tokens.add(token);
        return { token, visitorId: 'v1' };
      }
      case '/conversations':
      case '/offline':
        return this.open(json(), path === '/offline' ? 'kept' : 'waiting');
      case '/messages':
        this.mustBeOpen();
        return this.add({ author: { kind: 'customer' }, kind: 'text', ...json() });
      case '/files':
        return this.takeFile(url, body, q);
      case '/read':
        this.change({ customerReadN: json().n });
        return {};
      case '/page':
        return {};
      case '/end':
        this.change({ state: 'ended' });
        this.event('ended', { by: 'customer' });
        return {};
      case '/events':
        return this.poll(url);
      case '/conversation': {
        const before = Number(url.searchParams.get('before')) || 1e9;
        const older = this.messages.filter((m) => m.n < before);
        return { messages: older.slice(-50), more: older.length > 50 };
      }
    }
    if (!path.startsWith('/files/')) throw new Error('404');
    const file = this.stored.get(path.slice(7));
    r.writeHead(200, { 'Content-Type': file?.type ?? 'text/plain' }).end(file?.body);
    return undefined;
  }

  readonly stored = new Map<string, { type: string; body: Buffer }>();

  private takeFile(url: URL, body: Buffer, q: IncomingMessage): Message {
    this.mustBeOpen();
    const type = String(q.headers['content-type']);
    const name = url.searchParams.get('name') ?? 'file';
    const id = `f${this.stored.size + 1}`;
    this.stored.set(id, { type, body });
    return this.add({
      author: { kind: 'customer' },
      clientId: url.searchParams.get('clientId') ?? '',
      kind: 'file',
      file: { id, name, size: body.length, type },
    });
  }

  private open(o: { clientId: string; text: string }, state: Conversation['state']) {
    const known = this.messages.find((m) => m.clientId === o.clientId);
    if (!known && (!this.conversation || this.conversation.state === 'ended')) {
      this.messages = [];
      const id = `c${this.seq}`;
      this.conversation = { id, state, agents: [], customerReadN: 0, agentReadN: 0, deliveredN: 0, lastN: 0 };
    }
    const message =
      known ?? this.add({ author: { kind: 'customer' }, kind: 'text', clientId: o.clientId, text: o.text });
    if (!known && state === 'kept') this.event('kept');
    return { conversation: this.conversation, message };
  }

  private mustBeOpen(): void {
    if (!this.conversation || this.conversation.state === 'ended') throw new Error('409');
  }

  private async poll(url: URL) {
    const epoch = url.searchParams.get('epoch');
    const after = Number(url.searchParams.get('after'));
    if (epoch !== this.epoch) return { epoch: this.epoch, seq: this.seq, frames: [this.snapshot()] };
    if (!this.after(after).length) {
      await new Promise<void>((done) => {
        const go = () => {
          clearTimeout(timer);
          this.polls.delete(go);
          done();
        };
        const timer = setTimeout(go, 25_000);
        this.polls.add(go);
      });
    }
    const frames = this.after(after);
    return { epoch: this.epoch, seq: this.seq, frames };
  }
}

async function read(q: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const p of q) parts.push(p as Buffer);
  return Buffer.concat(parts);
}

function send(r: ServerResponse, status: number, body: unknown): void {
  r.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
