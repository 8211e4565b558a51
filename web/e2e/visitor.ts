import { randomUUID } from 'node:crypto';
import { request } from 'node:http';

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the answers of a foreign protocol, looked at by tests only
  body: any;
}

/** A customer on the demo company's site, who speaks the widget's protocol. */
export class Visitor {
  readonly id = randomUUID().slice(0, 8);
  private token = '';
  readonly page;

  constructor(private readonly port: number) {
    this.page = { url: `http://shop.localhost:${port}/tariffs`, title: 'Тарифы' };
  }

  /** Comes to the site and writes the first message. */
  async begin(name: string, text: string): Promise<void> {
    this.token = (await this.send('POST', '/visitor', { page: this.page })).body.token;
    await this.ok('/conversations', {
      clientId: randomUUID(),
      // A known address would make it a known customer, under the name known; who gives no name stays unknown.
      form: name ? { name, email: `${this.id}@example.com` } : {},
      text,
      page: this.page,
      lang: 'ru',
    });
  }

  say(text: string): Promise<unknown> {
    return this.ok('/messages', { clientId: randomUUID(), text });
  }

  goTo(title: string): Promise<unknown> {
    return this.ok('/page', { url: `http://shop.localhost:${this.port}/other`, title });
  }

  read(n: number): Promise<unknown> {
    return this.ok('/read', { n });
  }

  end(): Promise<unknown> {
    return this.ok('/end', {});
  }

  /** Everything the customer sees. */
  async messages(): Promise<
    { n: number; text?: string; kind: string; file?: { name: string }; event?: { code: string } }[]
  > {
    return (await this.send('GET', '/conversation')).body.messages;
  }

  private async ok(path: string, body: object): Promise<unknown> {
    const answer = await this.send('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  // Node looks .localhost names up, browsers don't: the host goes into the header.
  private send(method: string, path: string, body?: object): Promise<Answer> {
    const headers: Record<string, string> = {
      Host: `chat.localhost:${this.port}`,
      Origin: `http://shop.localhost:${this.port}`,
      'Content-Type': 'application/json',
    };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    return new Promise((done, fail) => {
      const asked = request(
        { host: '127.0.0.1', port: this.port, path: `/widget/demo-shop${path}`, method, headers },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            const text = Buffer.concat(parts).toString();
            done({ status: answer.statusCode ?? 0, body: text ? JSON.parse(text) : undefined });
          });
        },
      );
      asked.on('error', fail);
      asked.end(body ? JSON.stringify(body) : undefined);
    });
  }
}
